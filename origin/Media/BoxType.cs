using System.Buffers.Binary;

namespace Peercast.Origin.Media;

/// <summary>Four-character codes of the boxes that the origin reads (ISO/IEC 14496-12).</summary>
internal static class BoxType
{
    public const uint Ftyp = 0x66747970;
    public const uint Moov = 0x6D6F6F76;
    public const uint Moof = 0x6D6F6F66;
    public const uint Mdat = 0x6D646174;
    public const uint Mvhd = 0x6D766864;
    public const uint Trak = 0x7472616B;
    public const uint Tkhd = 0x746B6864;
    public const uint Edts = 0x65647473;
    public const uint Elst = 0x656C7374;
    public const uint Mdia = 0x6D646961;
    public const uint Mdhd = 0x6D646864;
    public const uint Hdlr = 0x68646C72;
    public const uint Minf = 0x6D696E66;
    public const uint Stbl = 0x7374626C;
    public const uint Stsd = 0x73747364;
    public const uint Mvex = 0x6D766578;
    public const uint Trex = 0x74726578;
    public const uint Mfhd = 0x6D666864;
    public const uint Traf = 0x74726166;
    public const uint Tfhd = 0x74666864;
    public const uint Tfdt = 0x74666474;
    public const uint Trun = 0x7472756E;
    public const uint Free = 0x66726565;
    public const uint Avc1 = 0x61766331;
    public const uint Avc3 = 0x61766333;
    public const uint AvcC = 0x61766343;
    public const uint Mp4a = 0x6D703461;
    public const uint Esds = 0x65736473;
    public const uint HandlerVideo = 0x76696465;
    public const uint HandlerAudio = 0x736F756E;

    /// <summary>The code as text, for messages; bytes outside printable ASCII become '?'.</summary>
    public static string ToText(uint type)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, type);
        return string.Create(4, type, static (span, value) =>
        {
            for (int i = 0; i < 4; i++)
            {
                char c = (char)((value >> (24 - (8 * i))) & 0xFF);
                span[i] = c is >= ' ' and <= '~' ? c : '?';
            }
        });
    }
}

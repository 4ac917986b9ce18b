using System.Buffers.Binary;

namespace Peercast.WebRtc.Sctp.Chunks;

/// <summary>SCTP INIT and INIT ACK, RFC 9260 sections 3.3.2 and 3.3.3, with the parameters that WebRTC uses.</summary>
internal sealed class InitChunk
{
    private const int FixedSize = 16;
    private const ushort StateCookie = 7;
    private const ushort UnrecognizedParameter = 8;
    private const ushort SupportedExtensions = 0x8008;
    private const ushort ForwardTsnSupported = 0xC000;

    /// <summary>Never zero.</summary>
    public required uint InitiateTag { get; init; }

    /// <summary>The advertised receiver window, in bytes.</summary>
    public required uint ReceiverWindow { get; init; }

    public required ushort OutboundStreams { get; init; }

    public required ushort InboundStreams { get; init; }

    public required uint InitialTsn { get; init; }

    /// <summary>FORWARD TSN is understood (RFC 3758, section 3.3.1).</summary>
    public bool SupportsForwardTsn { get; init; } = true;

    /// <summary>RE-CONFIG is understood (RFC 6525, section 4; RFC 5061, section 4.2.7).</summary>
    public bool SupportsReconfig { get; init; } = true;

    /// <summary>In INIT ACK only.</summary>
    public byte[]? Cookie { get; init; }

    /// <summary>Parameters, with their headers, that the receiver of INIT is to report back in INIT ACK.</summary>
    public byte[][] Unrecognized { get; init; } = [];

    /// <summary>Reads the chunk; <see langword="false"/> when it is malformed, its tag is zero or it offers no stream.</summary>
    public static bool TryParse(SctpChunk chunk, out InitChunk? init)
    {
        init = null;
        var value = chunk.Value;
        if (value.Length < FixedSize)
            return false;
        uint tag = BinaryPrimitives.ReadUInt32BigEndian(value);
        ushort outbound = BinaryPrimitives.ReadUInt16BigEndian(value[8..]), inbound = BinaryPrimitives.ReadUInt16BigEndian(value[10..]);
        if (tag == 0 || outbound == 0 || inbound == 0)
            return false;

        bool forwardTsn = false, reconfig = false;
        byte[]? cookie = null;
        var unrecognized = new List<byte[]>();
        var rest = value[FixedSize..];
        while (Parameter.TryRead(ref rest, out var parameter))
        {
            if (parameter.Type == StateCookie)
                cookie = parameter.Value.ToArray();
            else if (parameter.Type == ForwardTsnSupported)
                forwardTsn = true;
            else if (parameter.Type == SupportedExtensions)
            {
                forwardTsn |= parameter.Value.Contains((byte)ChunkType.ForwardTsn);
                reconfig |= parameter.Value.Contains((byte)ChunkType.Reconfig);
            }
            else if (!IsKnown(parameter.Type))
            {
                // The two highest bits of the type say what to do with it (RFC 9260, section 3.2.1).
                if ((parameter.Type & 0x4000) != 0 && unrecognized.Count < 4 && parameter.Whole.Length <= 64)
                    unrecognized.Add(parameter.Whole.ToArray());
                if ((parameter.Type & 0x8000) == 0)
                    break;
            }
        }

        init = new InitChunk
        {
            InitiateTag = tag,
            ReceiverWindow = BinaryPrimitives.ReadUInt32BigEndian(value[4..]),
            OutboundStreams = outbound,
            InboundStreams = inbound,
            InitialTsn = BinaryPrimitives.ReadUInt32BigEndian(value[12..]),
            SupportsForwardTsn = forwardTsn,
            SupportsReconfig = reconfig,
            Cookie = cookie,
            Unrecognized = [.. unrecognized],
        };
        return true;
    }

    /// <summary>Encodes the chunk.</summary>
    /// <param name="type">INIT or INIT ACK.</param>
    public byte[] Encode(ChunkType type)
    {
        int size = FixedSize + Parameter.SizeOf(0) + Parameter.SizeOf(2) + (Cookie is null ? 0 : Parameter.SizeOf(Cookie.Length));
        foreach (var parameter in Unrecognized)
            size += Parameter.SizeOf(parameter.Length);
        var value = new byte[size];
        BinaryPrimitives.WriteUInt32BigEndian(value, InitiateTag);
        BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(4), ReceiverWindow);
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(8), OutboundStreams);
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(10), InboundStreams);
        BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(12), InitialTsn);
        var rest = Parameter.Write(value.AsSpan(FixedSize), ForwardTsnSupported, []);
        rest = Parameter.Write(rest, SupportedExtensions, [(byte)ChunkType.ForwardTsn, (byte)ChunkType.Reconfig]);
        if (Cookie is not null)
            rest = Parameter.Write(rest, StateCookie, Cookie);
        foreach (var parameter in Unrecognized)
            rest = Parameter.Write(rest, UnrecognizedParameter, parameter);
        return SctpChunk.Encode(type, 0, value);
    }

    // Addresses, cookie preservative, ECN, host name, address types, and zero checksum (RFC 9653): known, and of no use here.
    private static bool IsKnown(ushort type) => type is 5 or 6 or UnrecognizedParameter or 9 or 11 or 12 or 0x8000 or 0x8001;
}

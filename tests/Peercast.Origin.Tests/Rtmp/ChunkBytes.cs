using System.Buffers.Binary;
using Peercast.Origin.Rtmp;

namespace Peercast.Origin.Tests.Rtmp;

/// <summary>Writes chunks as a publisher would, every header byte in the test's hands.</summary>
internal static class ChunkBytes
{
    public static byte[] Type0(int stream, uint time, RtmpMessageType type, int length, uint streamId, params byte[] payload) =>
        [.. Basic(0, stream), .. UInt24(Math.Min(time, 0xFFFFFF)), .. UInt24((uint)length), (byte)type, .. Little(streamId), .. Extended(time), .. payload];

    public static byte[] Type1(int stream, uint delta, RtmpMessageType type, int length, params byte[] payload) =>
        [.. Basic(1, stream), .. UInt24(Math.Min(delta, 0xFFFFFF)), .. UInt24((uint)length), (byte)type, .. Extended(delta), .. payload];

    public static byte[] Type2(int stream, uint delta, params byte[] payload) =>
        [.. Basic(2, stream), .. UInt24(Math.Min(delta, 0xFFFFFF)), .. Extended(delta), .. payload];

    public static byte[] Type3(int stream, uint? extended, params byte[] payload) =>
        [.. Basic(3, stream), .. extended is { } time ? Big(time) : [], .. payload];

    /// <summary>A whole message in chunks of a size, with a full header.</summary>
    public static byte[] Message(RtmpMessageType type, byte[] body, uint time = 0, int stream = 5, uint streamId = 1, int chunkSize = 128)
    {
        var bytes = new List<byte>(Type0(stream, time, type, body.Length, streamId, body[..Math.Min(chunkSize, body.Length)]));
        for (int at = chunkSize; at < body.Length; at += chunkSize)
        {
            bytes.AddRange(Type3(stream, time >= 0xFFFFFF ? time : null, body[at..Math.Min(at + chunkSize, body.Length)]));
        }

        return [.. bytes];
    }

    public static byte[] Big(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Basic(int format, int stream) => stream switch
    {
        < 64 => [(byte)((format << 6) | stream)],
        < 320 => [(byte)(format << 6), (byte)(stream - 64)],
        _ => [(byte)((format << 6) | 1), (byte)(stream - 64), (byte)((stream - 64) >> 8)],
    };

    private static byte[] UInt24(uint value) => [(byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] Extended(uint time) => time >= 0xFFFFFF ? Big(time) : [];

    private static byte[] Little(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}

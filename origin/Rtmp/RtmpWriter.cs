using System.Buffers;
using System.Buffers.Binary;

namespace Peercast.Origin.Rtmp;

/// <summary>Writes messages in chunks, each with a full header (type 0).</summary>
/// <param name="output">Where to.</param>
internal sealed class RtmpWriter(IBufferWriter<byte> output)
{
    private const byte ControlChunkStream = 2;
    private const byte CommandChunkStream = 3;

    private int _chunkSize = 128;

    /// <summary>Writes a protocol control message with one number (types 1, 3 and 5).</summary>
    public void Control(RtmpMessageType type, uint value)
    {
        Span<byte> body = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(body, value);
        Write(ControlChunkStream, type, 0, body);
        if (type == RtmpMessageType.SetChunkSize)
        {
            _chunkSize = (int)value;
        }
    }

    /// <summary>Writes the peer bandwidth (type 6) with the limit type "dynamic".</summary>
    public void PeerBandwidth(uint bytes)
    {
        Span<byte> body = stackalloc byte[5];
        BinaryPrimitives.WriteUInt32BigEndian(body, bytes);
        body[4] = 2;
        Write(ControlChunkStream, RtmpMessageType.SetPeerBandwidth, 0, body);
    }

    /// <summary>Writes a user control message, section 7.1.7.</summary>
    public void UserControl(ushort eventType, uint value)
    {
        Span<byte> body = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(body, eventType);
        BinaryPrimitives.WriteUInt32BigEndian(body[2..], value);
        Write(ControlChunkStream, RtmpMessageType.UserControl, 0, body);
    }

    /// <summary>Writes a command.</summary>
    /// <param name="streamId">The message stream.</param>
    /// <param name="values">Name, transaction and arguments, see <see cref="Amf0Writer"/>.</param>
    public void Command(uint streamId, params ReadOnlySpan<object?> values)
    {
        var body = new ArrayBufferWriter<byte>(256);
        foreach (object? value in values)
        {
            Amf0Writer.Write(body, value);
        }

        Write(CommandChunkStream, RtmpMessageType.Command, streamId, body.WrittenSpan);
    }

    private void Write(byte chunkStream, RtmpMessageType type, uint streamId, ReadOnlySpan<byte> body)
    {
        Span<byte> header = output.GetSpan(12)[..12];
        header.Clear();
        header[0] = chunkStream;
        header[4] = (byte)(body.Length >> 16);
        header[5] = (byte)(body.Length >> 8);
        header[6] = (byte)body.Length;
        header[7] = (byte)type;
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], streamId);
        output.Advance(header.Length);
        while (body.Length > _chunkSize)
        {
            output.Write(body[.._chunkSize]);
            output.Write<byte>([(byte)(0xC0 | chunkStream)]);
            body = body[_chunkSize..];
        }

        output.Write(body);
    }
}

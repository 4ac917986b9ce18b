using System.Buffers.Binary;
using System.Text;

namespace Peercast.WebRtc.Sctp.Chunks;

/// <summary>The causes that ERROR and ABORT carry, RFC 9260 section 3.3.10.</summary>
internal static class ErrorCause
{
    public const ushort InvalidStreamIdentifier = 1;
    public const ushort StaleCookie = 3;
    public const ushort OutOfResource = 4;
    public const ushort UnrecognizedChunkType = 6;
    public const ushort NoUserData = 9;
    public const ushort UserInitiatedAbort = 12;
    public const ushort ProtocolViolation = 13;
    private const int MaxText = 200;

    /// <summary>An ERROR chunk with one cause.</summary>
    public static byte[] Error(ushort cause, ReadOnlySpan<byte> information) =>
        SctpChunk.Encode(ChunkType.Error, 0, Encode(cause, information));

    /// <summary>An ABORT chunk (section 3.3.7) with one cause and a text.</summary>
    public static byte[] Abort(ushort cause, string text) =>
        SctpChunk.Encode(ChunkType.Abort, 0, Encode(cause, Encoding.UTF8.GetBytes(text.Length > MaxText ? text[..MaxText] : text)));

    /// <summary>What the peer's ABORT or ERROR says, for people.</summary>
    public static string Describe(SctpChunk chunk)
    {
        var rest = chunk.Value;
        if (!Parameter.TryRead(ref rest, out var cause))
            return "no cause given";
        var text = cause.Type is UserInitiatedAbort or ProtocolViolation or OutOfResource && cause.Value.Length is > 0 and <= MaxText
            ? $": {Printable(cause.Value)}"
            : "";
        return $"cause {cause.Type}{text}";
    }

    private static string Printable(ReadOnlySpan<byte> bytes) =>
        string.Create(bytes.Length, bytes, static (text, source) =>
        {
            for (int i = 0; i < text.Length; i++)
                text[i] = source[i] is >= 32 and < 127 ? (char)source[i] : '?';
        });

    private static byte[] Encode(ushort cause, ReadOnlySpan<byte> information)
    {
        // The value's length excludes the last parameter's padding, which the chunk's own padding supplies.
        var value = new byte[4 + information.Length];
        BinaryPrimitives.WriteUInt16BigEndian(value, cause);
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(2), (ushort)value.Length);
        information.CopyTo(value.AsSpan(4));
        return value;
    }
}

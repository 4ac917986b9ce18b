using System.Buffers.Binary;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Wire;

/// <summary>What all messages share.</summary>
internal static class WireFormat
{
    /// <summary>The version that HANDSHAKE names.</summary>
    public const byte Version = 1;

    /// <summary>No message is longer: 16 KiB, so that none blocks a channel for long.</summary>
    public const int MaxMessageLength = 16 * 1024;

    /// <summary>No id of an honest peer comes near this; sums of ids and offsets stay within 64 bits.</summary>
    public const long MaxId = 1L << 60;

    /// <summary>Reads the type of a message without looking at the rest.</summary>
    public static bool TryReadType(ReadOnlySpan<byte> message, out MessageType type, out WireError error)
    {
        type = default;
        if (message.IsEmpty || message.Length > MaxMessageLength)
        {
            error = WireError.Length;
            return false;
        }

        type = (MessageType)message[0];
        error = type is >= MessageType.Handshake and <= MessageType.Window ? WireError.None : WireError.UnknownType;
        return error == WireError.None;
    }

    /// <summary>Checks type and exact length.</summary>
    public static bool Matches(ReadOnlySpan<byte> message, MessageType type, int length, out WireError error)
    {
        error = message.Length != length ? WireError.Length : message[0] != (byte)type ? WireError.UnknownType : WireError.None;
        return error == WireError.None;
    }

    /// <summary>Reads a chunk id that is in range.</summary>
    public static bool TryReadId(ReadOnlySpan<byte> source, out ChunkId id)
    {
        id = new ChunkId(BinaryPrimitives.ReadInt64BigEndian(source));
        return id.Value is >= 0 and <= MaxId;
    }
}

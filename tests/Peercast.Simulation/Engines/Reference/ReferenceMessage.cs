using System.Buffers.Binary;
using Peercast.Protocol.Primitives;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>What reference engines say to each other. Only they read it, so nothing in it needs to be doubted.</summary>
internal static class ReferenceMessage
{
    /// <summary>All segments that the sender has, and those that it is loading from the origin; replaces what it said before.</summary>
    public static byte[] Announce(IReadOnlyCollection<long> loaded, IReadOnlyCollection<long> loading)
    {
        // The first in full, all as distances from it.
        byte[] message = new byte[11 + ((loaded.Count + loading.Count) * 2)];
        long first = loaded.Concat(loading).DefaultIfEmpty(0).Min();
        message[0] = (byte)ReferenceMessageKind.Announce;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(1), (ushort)loaded.Count);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(3), first);
        int at = 11;
        foreach (long segment in loaded.Concat(loading))
        {
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at), checked((ushort)(segment - first)));
            at += 2;
        }

        return message;
    }

    /// <summary>Reads <see cref="Announce"/>.</summary>
    public static void ReadAnnounce(ReadOnlySpan<byte> message, HashSet<long> loaded, HashSet<long> loading)
    {
        loaded.Clear();
        loading.Clear();
        int count = BinaryPrimitives.ReadUInt16BigEndian(message[1..]);
        long first = BinaryPrimitives.ReadInt64BigEndian(message[3..]);
        for (int i = 0; 11 + (i * 2) < message.Length; i++)
        {
            (i < count ? loaded : loading).Add(first + BinaryPrimitives.ReadUInt16BigEndian(message[(11 + (i * 2))..]));
        }
    }

    /// <summary>The sender has another chunk.</summary>
    public static byte[] Have(ChunkId chunk) => With(ReferenceMessageKind.Have, chunk.Value);

    /// <summary>The sender wants a run of chunks.</summary>
    public static byte[] Request(uint request, ChunkRange range)
    {
        byte[] message = new byte[15];
        message[0] = (byte)ReferenceMessageKind.Request;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), request);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(5), range.First.Value);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(13), (ushort)range.Count);
        return message;
    }

    /// <summary>Reads <see cref="Request"/>.</summary>
    public static ChunkRange ReadRange(ReadOnlySpan<byte> message)
    {
        long first = BinaryPrimitives.ReadInt64BigEndian(message[5..]);
        return new ChunkRange(new ChunkId(first), new ChunkId(first + BinaryPrimitives.ReadUInt16BigEndian(message[13..]) - 1));
    }

    /// <summary>The sender no longer wants what it asked for.</summary>
    public static byte[] Cancel(uint request) => With(ReferenceMessageKind.Cancel, request);

    /// <summary>The sender does not have what it was asked for.</summary>
    public static byte[] Absent(uint request) => With(ReferenceMessageKind.Absent, request);

    /// <summary>The request that a <see cref="Request"/> names.</summary>
    public static uint ReadRequest(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt32BigEndian(message[1..]);

    /// <summary>The number in a <see cref="Have"/>, <see cref="Cancel"/> or <see cref="Absent"/>.</summary>
    public static long ReadNumber(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadInt64BigEndian(message[1..]);

    private static byte[] With(ReferenceMessageKind kind, long number)
    {
        byte[] message = new byte[9];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(1), number);
        return message;
    }
}

/// <summary>The first byte of a message.</summary>
internal enum ReferenceMessageKind : byte
{
    /// <summary><see cref="ReferenceMessage.Announce"/>.</summary>
    Announce,

    /// <summary><see cref="ReferenceMessage.Have"/>.</summary>
    Have,

    /// <summary><see cref="ReferenceMessage.Request"/>.</summary>
    Request,

    /// <summary><see cref="ReferenceMessage.Cancel"/>.</summary>
    Cancel,

    /// <summary><see cref="ReferenceMessage.Absent"/>.</summary>
    Absent,
}

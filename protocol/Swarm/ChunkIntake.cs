using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Swarm;

/// <summary>The one gate through which chunks come in, from wherever: nothing is stored, announced or played unverified.</summary>
internal sealed class ChunkIntake(SwarmContext context, IContentVerifier verifier, Announcer announcer)
{
    /// <summary>A chunk has come in since playback last moved on.</summary>
    public bool HasNews { get; set; }

    /// <summary>Whether the bytes are the chunk that the batch names.</summary>
    public bool IsGenuine(ChunkEntry entry, ReadOnlyMemory<byte> bytes) => entry.Batch is not null && verifier.IsGenuine(entry.Info, bytes);

    /// <summary>Takes a chunk from the origin.</summary>
    /// <returns><see langword="false"/>: no batch names it, or its hash is wrong.</returns>
    public bool AddFromOrigin(TimeSpan now, ChunkId id, ReadOnlyMemory<byte> bytes)
    {
        context.Counter.BesidesMediaWireBytes += WireCost.OfOriginChunk(bytes.Length);
        if (context.Window.Find(id) is not { } entry || !IsGenuine(entry, bytes))
        {
            return false;
        }

        if (entry.IsHeld)
        {
            context.Counter.DuplicateBytes += bytes.Length;
            context.Counter.OriginDuplicateBytes += bytes.Length;
            return true;
        }

        context.Counter.CountOrigin(entry.OriginCause, bytes.Length);
        Hold(now, entry, bytes);
        return true;
    }

    /// <summary>Stores a chunk that is genuine and not there yet.</summary>
    public void Hold(TimeSpan now, ChunkEntry entry, ReadOnlyMemory<byte> bytes)
    {
        entry.IsSeedDuty = false;
        context.Window.Hold(entry, bytes);
        announcer.Add(now, entry.Id);
        HasNews = true;
    }
}

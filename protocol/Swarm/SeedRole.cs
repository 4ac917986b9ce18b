using System.Collections.Immutable;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Swarm;

/// <summary>This peer's seed duty: which new chunks it takes from the origin at once, for everybody.</summary>
internal sealed class SeedRole(SwarmContext context)
{
    private ImmutableArray<(PeerId Peer, double Weight)> _seeds = [];
    private long _version = long.MinValue;
    private int _copies;

    /// <summary>It is one of the seeds.</summary>
    public bool IsSeed { get; private set; }

    /// <summary>Grows whenever duties may have moved.</summary>
    public int Changes { get; private set; }

    /// <summary>
    /// Whether a segment of a recording is this peer's duty. One copy: there is time to spread it, and whole segments,
    /// because they are fetched in one run.
    /// </summary>
    public bool IsMine(long segment) => context.Me is { } me && SeedDuty.IsMine(new ChunkId(segment), me, _seeds, copies: 1);

    /// <summary>Takes the origin's choice.</summary>
    public void Set(long version, int copies, ImmutableArray<(PeerId Peer, double Weight)> seeds)
    {
        if (version <= _version)
        {
            return;
        }

        _version = version;
        _copies = copies;
        _seeds = seeds.IsDefault ? [] : seeds;
        Update();
    }

    /// <summary>The tracker was lost and may have started anew: versions count from its start.</summary>
    public void Rejoined()
    {
        _version = long.MinValue;
        Update();
    }

    /// <summary>Marks the chunks of a new batch that are this peer's duty.</summary>
    public void BatchAdded(SignedBatch signed)
    {
        // Nothing of a recording is new; see RecordedDuty.
        if (!IsSeed || context.Options.Recorded || context.Me is not { } me)
        {
            return;
        }

        foreach (ChunkInfo chunk in signed.Batch.Chunks)
        {
            if (context.Window.Find(chunk.Id) is { IsHeld: false, Request: null } entry
                && chunk.Id >= context.Playhead.Next
                && System.Numerics.BitOperations.PopCount(context.Window.HoldersOf(entry.Id)) < _copies
                && SeedDuty.IsMine(chunk.Id, me, _seeds, _copies))
            {
                entry.IsSeedDuty = true;
            }
        }
    }

    private void Update()
    {
        Changes++;
        IsSeed = false;
        foreach ((PeerId peer, _) in _seeds)
        {
            IsSeed |= peer == context.Me;
        }
    }
}

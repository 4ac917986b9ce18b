using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>One connected neighbor and all that is remembered about it.</summary>
internal sealed class Neighbor(NeighborId id, PeerId peer, int slot, bool weOffered, TimeSpan now)
{
    /// <summary>Requests of the neighbor that may wait here at once; an honest one has three.</summary>
    public const int MaxQueuedRequests = 16;

    public NeighborId Id { get; } = id;

    public PeerId Peer { get; } = peer;

    /// <summary>Its place in every set of neighbors.</summary>
    public int Slot { get; } = slot;

    public ulong Bit => 1UL << Slot;

    public bool WeOffered { get; } = weOffered;

    public TimeSpan ConnectedAt { get; } = now;

    /// <summary>Its handshake has come: it takes part.</summary>
    public bool IsReady { get; set; }

    /// <summary>The connection is gone; whoever still holds a reference must let it be.</summary>
    public bool IsGone { get; set; }

    public Capabilities Capabilities { get; set; }

    /// <summary>When anything last came from it.</summary>
    public TimeSpan LastHeard { get; set; } = now;

    /// <summary>Until then another way to it is looked for.</summary>
    public TimeSpan RestartsUntil { get; set; }

    /// <summary>When a PING was last sent to it.</summary>
    public TimeSpan LastPing { get; set; } = now;

    /// <summary>Smoothed, in seconds.</summary>
    public double RoundTripSeconds { get; private set; } = 0.1;

    /// <summary>It holds nothing before this.</summary>
    public ChunkId WindowStart { get; set; }

    /// <summary>It has the batches of all chunks from <see cref="WindowStart"/> up to, not including, this one.</summary>
    public ChunkId BatchesBefore { get; set; }

    /// <summary>Requests to it under way, oldest first.</summary>
    public List<PendingRequest> Outstanding { get; } = [];

    /// <summary>All its requests are rejected.</summary>
    public bool IsChoked { get; set; }

    /// <summary>Its requests that wait here.</summary>
    public int QueuedRequests { get; set; }

    /// <summary>When a request to it was last given up.</summary>
    public TimeSpan LastTimeout { get; set; } = TimeSpan.MinValue;

    /// <summary>When the last chunk from it was complete.</summary>
    public TimeSpan LastCompleted { get; set; }

    /// <summary>Chunk payload from it since the last choking decision.</summary>
    public long ReceivedLately { get; set; }

    /// <summary>Chunk payload from it since the last replacement.</summary>
    public long ReceivedBytes { get; set; }

    /// <summary>Chunk payload to it since the last replacement.</summary>
    public long SentBytes { get; set; }

    public SendBuffer SendBuffer { get; } = new();

    /// <summary>Control messages it may send.</summary>
    public TokenBucket MessageBudget { get; } = new(400, 1200);

    /// <summary>Batches it may have verified; verifying costs 100 µs.</summary>
    public TokenBucket BatchBudget { get; } = new(20, 200);

    /// <summary>Chunk payload it may send that was not, or is no longer, asked for; a cancel crosses some of it.</summary>
    public TokenBucket UnaskedBudget { get; } = new(512 * 1024, 4 * 1024 * 1024);

    /// <summary>Messages it may have relayed.</summary>
    public TokenBucket RelayBudget { get; } = new(20, 60);

    /// <summary>Times it may ask for a full account of what is held.</summary>
    public TokenBucket WindowBudget { get; } = new(2, 8);

    public TimeSpan NextPexAccepted { get; set; }

    /// <summary>Takes a round-trip sample in.</summary>
    public void SampleRoundTrip(TimeSpan sample)
    {
        double seconds = Math.Clamp(sample.TotalSeconds, 0.0005, 5);
        RoundTripSeconds += (seconds - RoundTripSeconds) * 0.25;
    }

    /// <summary>The request under way with this id.</summary>
    public PendingRequest? FindRequest(uint request)
    {
        foreach (PendingRequest pending in Outstanding)
        {
            if (pending.Id == request)
            {
                return pending;
            }
        }

        return null;
    }
}

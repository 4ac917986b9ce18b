using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Viewers;

/// <summary>One attempt at, and then one connection to, a neighbor, as one of the two sees it.</summary>
/// <param name="key">The same on both sides, and no other connection's.</param>
/// <param name="id">The viewer's own name for it.</param>
/// <param name="peer">Who is at the other end.</param>
/// <param name="weOffered">Whose offer it was.</param>
internal sealed class Connection(long key, NeighborId id, PeerId peer, bool weOffered)
{
    public long Key { get; } = key;

    public NeighborId Id { get; } = id;

    public PeerId Peer { get; } = peer;

    public bool WeOffered { get; } = weOffered;

    /// <summary>The other end's actor; -1: not known yet.</summary>
    public int Actor => Far.Actor;

    /// <summary>The other end, once it is known.</summary>
    public ConnectionEnd Far { get; private set; } = new(-1, default);

    /// <summary>One-way delay to the other end, once it is known.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>Share of the packets lost on the way.</summary>
    public double Loss { get; private set; }

    /// <summary>Both channels are open.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The other end has said something.</summary>
    public bool HasSpoken { get; set; }

    /// <summary>The data channel's send buffer, once open.</summary>
    public SendQueue? Queue { get; set; }

    /// <summary>When the last control message arrives: they keep their order.</summary>
    public TimeSpan LastControlArrival { get; set; }

    /// <summary>Something was put in the send buffer since the engine was last told what it holds.</summary>
    public bool IsSentTo { get; set; }

    /// <summary>The other end is known.</summary>
    /// <param name="far">It.</param>
    /// <param name="me">This end's actor.</param>
    /// <param name="paths">The way between them.</param>
    public void Meet(ConnectionEnd far, int me, Paths paths)
    {
        Far = far;
        Delay = paths.Delay(me, far.Actor);
        Loss = paths.Loss(me, far.Actor);
    }

    /// <summary>This end, for the other to know.</summary>
    /// <param name="me">Its actor.</param>
    public ConnectionEnd EndAt(int me) => new(me, Id);
}

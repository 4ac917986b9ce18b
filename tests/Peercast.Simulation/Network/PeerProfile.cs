namespace Peercast.Simulation.Network;

/// <summary>One viewer as the population drew it: the line, the manners, the times.</summary>
internal sealed record PeerProfile
{
    /// <summary>
    /// Payload that the viewer gives to others at most, in bits per second: what bounds are reckoned with. 0: nothing.
    /// </summary>
    public required long Uplink { get; init; }

    /// <summary>What the line carries upward, all headers and acknowledgments included, in bits per second.</summary>
    public required long LineUp { get; init; }

    /// <summary>What the line carries downward, in bits per second.</summary>
    public required long LineDown { get; init; }

    /// <summary>
    /// What the viewer states as his upload limit, headers and all: what <see cref="Uplink"/> takes on the line, or
    /// something else where he is mistaken.
    /// </summary>
    public required long StatedUplink { get; init; }

    /// <summary>From the viewer to the middle of the network, one way.</summary>
    public required TimeSpan AccessDelay { get; init; }

    /// <summary>Packets lost on the way to or from this viewer, 0 to 1; a path loses what both ends lose.</summary>
    public double Loss { get; init; }

    /// <summary>What stands between the viewer and the network.</summary>
    public NatClass Nat { get; init; }

    /// <summary>No other viewer can be reached: a firewall lets nothing but HTTP pass.</summary>
    public bool ReachesNobody { get; init; }

    /// <summary>What it takes the origin's clock for is off by so much.</summary>
    public TimeSpan ClockError { get; init; }

    /// <summary>How it treats its neighbors.</summary>
    public Manners Manners { get; init; }

    /// <summary>When the player is opened.</summary>
    public TimeSpan JoinsAt { get; init; }

    /// <summary>When it is closed; <see langword="null"/>: it stays to the end.</summary>
    public TimeSpan? LeavesAt { get; init; }

    /// <summary>When the machine stops without a word; <see langword="null"/>: never.</summary>
    public TimeSpan? FallsSilentAt { get; init; }

    /// <summary>A recording: when the viewer jumps, and to which fraction of it.</summary>
    public IReadOnlyList<(TimeSpan At, double Fraction)> Seeks { get; init; } = [];
}

/// <summary>How a viewer treats its neighbors.</summary>
internal enum Manners
{
    /// <summary>Gives what it can.</summary>
    Honest,

    /// <summary>Takes and gives nothing.</summary>
    FreeRider,

    /// <summary>Sends chunks with changed bytes.</summary>
    Polluter,
}

/// <summary>Address translation, by what connections it lets two viewers make (RFC 4787).</summary>
internal enum NatClass
{
    /// <summary>None, or one that maps and filters independently of the endpoint.</summary>
    Open,

    /// <summary>Maps independently of the endpoint, filters by address and port.</summary>
    PortRestricted,

    /// <summary>Maps by endpoint: its port toward a peer cannot be known beforehand.</summary>
    Symmetric,
}

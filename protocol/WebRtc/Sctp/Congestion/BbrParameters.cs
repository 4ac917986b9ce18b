namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>The figures of the model (draft-ietf-ccwg-bbr, section 2), ours where DESIGN.md says so.</summary>
internal static class BbrParameters
{
    public const double StartupPacingGain = 2.77;
    public const double DrainPacingGain = 0.5;
    public const double DownPacingGain = 0.9;
    public const double UpPacingGain = 1.25;
    public const double WindowGain = 2;
    public const double UpWindowGain = 2.25;
    public const double ProbeRttWindowGain = 0.5;
    public const double PacingMargin = 0.99;

    /// <summary>The share of lost bytes in a round above which the flight was too large.</summary>
    public const double LossThreshold = 0.02;

    /// <summary>The same while no packet waits in a queue: such losses are the path's noise.</summary>
    public const double NoiseThreshold = 0.05;

    /// <summary>Packets that may be lost beside that share: of few packets chance takes more or less.</summary>
    public const int NoisePackets = 3;

    /// <summary>A round-trip time above the least one by more than this share of it means a queue.</summary>
    public const double QueueShare = 0.125;

    /// <summary>How far a bound falls at once.</summary>
    public const double Beta = 0.7;

    /// <summary>The share of the flight's ceiling that is left to others.</summary>
    public const double Headroom = 0.25;

    /// <summary>Losses in a round, apart from each other, that end the start.</summary>
    public const int StartupLosses = 6;

    /// <summary>A probe that finds this many times the rate known before, and no queue, goes on as the start does.</summary>
    public const double RestartGrowth = 1.5;

    /// <summary>Packets that may always be in flight.</summary>
    public const int MinPackets = 4;

    /// <summary>Rounds between probes at most, so that flows of Reno's kind get their share.</summary>
    public const int MaxProbeRounds = 63;

    public static readonly TimeSpan ProbeRttDuration = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan MinProbeWait = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan ProbeWaitSpread = TimeSpan.FromSeconds(1);

    /// <summary>How long the driver's timers may be late: data for that long is in flight beside what fills the path.</summary>
    public static readonly TimeSpan TimerSlack = TimeSpan.FromMilliseconds(4);
}

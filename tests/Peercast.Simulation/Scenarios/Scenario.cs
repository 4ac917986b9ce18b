using Peercast.Simulation.Network;
using Peercast.Simulation.Origin;

namespace Peercast.Simulation.Scenarios;

/// <summary>Who watches what, over which lines, and what happens to them. A scenario overrides what it is about.</summary>
internal abstract class Scenario
{
    /// <summary>An origin so fast that it limits nothing, in bits per second.</summary>
    protected const long FastOrigin = 100_000_000_000;

    /// <summary>Its short name.</summary>
    public abstract string Id { get; }

    /// <summary>What it is about, in a line.</summary>
    public abstract string Title { get; }

    /// <summary>Mean rate of the stream, in bits per second.</summary>
    public virtual long Rate => 2_000_000;

    /// <summary>Live latency aimed at.</summary>
    public virtual TimeSpan Latency => TimeSpan.FromSeconds(10);

    /// <summary>Figures count from here on.</summary>
    public virtual TimeSpan WarmUp => TimeSpan.FromSeconds(60);

    /// <summary>The whole run, warm-up included.</summary>
    public virtual TimeSpan Length => TimeSpan.FromSeconds(360);

    /// <summary>The channel is a recording of <see cref="RecordingLength"/>.</summary>
    public virtual bool Recorded => false;

    /// <summary>Media in the recording.</summary>
    public virtual TimeSpan RecordingLength => TimeSpan.FromSeconds(600);

    /// <summary>Share of the pairs of viewers that cannot connect.</summary>
    public virtual double BlockedPairs => 0;

    /// <summary>When something happens from which the swarm has to recover; <see langword="null"/>: nothing does.</summary>
    /// <param name="timing">Of the run.</param>
    public virtual TimeSpan? DisturbedAt(Timing timing) => null;

    /// <summary>What becomes of the origin's uplink; the first entry is how it begins.</summary>
    /// <param name="timing">Of the run.</param>
    public virtual IReadOnlyList<OriginCondition> Origin(Timing timing) => [new OriginCondition(TimeSpan.Zero, FastOrigin)];

    /// <summary>What the origin allows itself to send, in bits per second; 0: all that its uplink carries.</summary>
    public virtual long MaxEgress => 0;

    /// <summary>Draws the viewers.</summary>
    /// <param name="peers">How many at a time.</param>
    /// <param name="timing">Of the run.</param>
    /// <param name="random">The only source of chance.</param>
    public abstract List<PeerProfile> Draw(int peers, Timing timing, Random random);
}

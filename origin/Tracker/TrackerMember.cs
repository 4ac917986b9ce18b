using Peercast.Origin.Limits;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tracker;

/// <summary>One viewer in a swarm, as the tracker sees it.</summary>
internal sealed class TrackerMember(PeerId id, long connection, int statedKbps, bool listening, TimeSpan joined)
{
    private TokenBucket _relays = new(TrackerLimits.RelayBurst, TrackerLimits.RelayRate);
    private TokenBucket _patience = new(TrackerLimits.ViolationBurst, TrackerLimits.ViolationRate);
    private TokenBucket _requests = new(TrackerLimits.RequestBurst, TrackerLimits.RequestRate);

    /// <summary>Its id.</summary>
    public PeerId Id { get; } = id;

    /// <summary>The connection it is reached by.</summary>
    public long Connection { get; } = connection;

    /// <summary>What it is willing to upload.</summary>
    public int StatedKbps { get; } = statedKbps;

    /// <summary>Whether others may be told of it.</summary>
    public bool Listening { get; } = listening;

    /// <summary>When it first joined; a viewer that returns keeps it.</summary>
    public TimeSpan Joined { get; set; } = joined;

    /// <summary>The highest upload rate it reported, in kbit/s, never above what it is willing to give.</summary>
    public int ProvenKbps { get; set; }

    /// <summary>Its last report, or what it had reported before it returned; <c>null</c>: none yet.</summary>
    public ReportMessage? LastReport { get; set; }

    /// <summary>When <see cref="LastReport"/> came.</summary>
    public TimeSpan LastReportTime { get; set; } = joined;

    /// <summary>It returned from a session unknown to this process: its first report is where counting begins.</summary>
    public bool CountsFromFirstReport { get; set; }

    /// <summary>Whom it was told of.</summary>
    public IntroductionList Introductions { get; set; } = new();

    /// <summary>Its place in the <see cref="PeerSampler"/>; -1: not there.</summary>
    public int SamplerIndex { get; set; } = -1;

    /// <summary>It was told that it is over a limit and has not come under it since.</summary>
    public bool RateErrorSent { get; set; }

    /// <summary>
    /// What it can be expected to upload: what it proved, or a quarter of what it states. A quarter, because a statement
    /// costs nothing, and a viewer that is asked for chunks soon proves more.
    /// </summary>
    public int ExpectedKbps => Math.Max(ProvenKbps, StatedKbps / 4);

    /// <summary>Takes one relayed message from its allowance.</summary>
    public bool TryRelay(TimeSpan now) => _relays.TryTake(now);

    /// <summary>Takes one request or report from its allowance.</summary>
    public bool TryRequest(TimeSpan now) => _requests.TryTake(now);

    /// <summary>Forgives one message over a limit or to a stranger; <c>false</c>: enough is enough.</summary>
    public bool TryForgive(TimeSpan now) => _patience.TryTake(now);
}

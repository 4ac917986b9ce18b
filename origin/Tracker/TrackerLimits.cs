using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tracker;

/// <summary>Bounds of the tracker that no host needs to change. SIGNALING.md states those that a viewer meets.</summary>
internal static class TrackerLimits
{
    /// <summary>Candidate peers in the first <see cref="PeersMessage"/>.</summary>
    public const int FirstPeers = 20;

    /// <summary>Most candidate peers in one <see cref="PeersMessage"/>.</summary>
    public const int PeersPerMessage = 30;

    /// <summary>Most peers a viewer may name in <see cref="WantPeersMessage.Exclude"/>.</summary>
    public const int ExcludedPeers = 64;

    /// <summary>The share of candidate peers chosen purely at random; the others are chosen by uplink.</summary>
    public const double RandomShare = 0.6;

    /// <summary>Characters of SDP.</summary>
    public const int SdpLength = 8 * 1024;

    /// <summary>Characters of an ICE candidate.</summary>
    public const int CandidateLength = 512;

    /// <summary>Characters of a session name, a media section or a reason.</summary>
    public const int WordLength = 32;

    /// <summary>An uplink above this is taken for this, in kbit/s.</summary>
    public const int UplinkKbps = 10_000_000;

    /// <summary>
    /// Relayed messages: the burst of a viewer that offers to all its first peers with their candidates, and what
    /// replacing neighbors needs afterwards (per second).
    /// </summary>
    public const double RelayBurst = 600, RelayRate = 40;

    /// <summary>Requests for peers and reports: a burst, and how many per second.</summary>
    public const double RequestBurst = 10, RequestRate = 2;

    /// <summary>
    /// Messages over a limit, or to strangers, that are forgiven before a viewer is disconnected: a burst, and how many
    /// per second. An honest one meets them when peers leave while it connects to them.
    /// </summary>
    public const double ViolationBurst = 200, ViolationRate = 1;

    /// <summary>Most seeds in a <see cref="SeedsMessage"/>.</summary>
    public const int Seeds = 64;

    /// <summary>Viewers that left whose last report and standing are remembered for their return.</summary>
    public const int Departed = 4096;

    /// <summary>How long they are remembered.</summary>
    public static readonly TimeSpan DepartedFor = TimeSpan.FromMinutes(10);

    /// <summary>
    /// What a viewer fetches late before this is for want of neighbors and not of copies: it says nothing about how many
    /// copies are needed.
    /// </summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(30);

    /// <summary>Seed sets change at most this often, except that a seed that left is replaced at once.</summary>
    public static readonly TimeSpan SeedChangeInterval = TimeSpan.FromSeconds(1);

    /// <summary>Departures of seeds within this time are answered by one change.</summary>
    public static readonly TimeSpan SeedDepartureDelay = TimeSpan.FromMilliseconds(50);
}

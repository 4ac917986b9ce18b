using Peercast.Origin.Tracker;

namespace Peercast.Origin;

/// <summary>What an origin can be told; bound from the configuration section <c>Peercast</c>.</summary>
public sealed class PeercastOriginOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Peercast";

    /// <summary>
    /// The folder for channel keys, stream keys and recordings; created for the owner's eyes only. Default: "peercast"
    /// under the user's local application data.
    /// </summary>
    public string DataFolder { get; set; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "peercast");

    /// <summary>
    /// The channels by name: letters, digits, '-' and '_', at most 64 characters. Default: none. The name is public; it
    /// stands in the watch link.
    /// </summary>
    public IDictionary<string, ChannelOptions> Channels { get; } = new Dictionary<string, ChannelOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Seconds of media that a live channel keeps in memory, 10 to 3600. More lets late viewers catch up. Default: 60.</summary>
    public int RingSeconds { get; set; } = 60;

    /// <summary>Bytes that a live channel keeps in memory at most, whatever its rate; at least 1 MB. Default: 128 MB.</summary>
    public long RingBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>
    /// Milliseconds of media in one part, 50 to 1000. Shorter lowers the latency and raises the overhead. Default: 200.
    /// </summary>
    public int PartDurationMs { get; set; } = 200;

    /// <summary>
    /// Milliseconds of media signed together, <see cref="PartDurationMs"/> to 2000. Shorter lowers the latency by as much
    /// and costs one signature each. Default: 400.
    /// </summary>
    public int BatchDurationMs { get; set; } = 400;

    /// <summary>How far behind the live edge viewers play, in milliseconds, 1000 to 60000. Default: 5000.</summary>
    public int TargetLatencyMs { get; set; } = 5000;

    /// <summary>
    /// What the origin sends to viewers at most, all channels together, in Mb/s (1,000,000 bits) with the headers of TCP and
    /// TLS: 1 to 1,000,000, or 0 for no limit. Within it those who watch come first, then those who join, who queue when it
    /// is used up, and HLS last, with at most half. A channel needs several times its bit rate. Default: 0.
    /// </summary>
    public double MaxEgressMbps { get; set; }

    /// <summary>
    /// The address that the RTMP and STUN listeners bind to, and the host's HTTP server too. Default: 127.0.0.1, this
    /// machine only; "0.0.0.0" or "::" for all.
    /// </summary>
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>
    /// TCP port of the host's HTTP server on <see cref="Listen"/>. Default: 8080. Has no effect where the usual
    /// <c>Urls</c> or <c>Kestrel:Endpoints</c> are set, nor where the origin is embedded: the application listens then.
    /// </summary>
    public int HttpPort { get; set; } = 8080;

    /// <summary>TCP port for RTMP publishers; 0 turns RTMP off. Default: 1935.</summary>
    public int RtmpPort { get; set; } = 1935;

    /// <summary>UDP port that answers STUN binding requests; 0 turns it off. Default: 3478.</summary>
    public int StunPort { get; set; } = 3478;

    /// <summary>The ffmpeg program: a name to look up in PATH, or a full path; ffprobe is looked for beside it. Default: "ffmpeg".</summary>
    public string Ffmpeg { get; set; } = "ffmpeg";

    /// <summary>
    /// Seconds without a byte from ffmpeg, while it has input, after which it is killed and started again; 2 to 300.
    /// Default: 15.
    /// </summary>
    public int StallSeconds { get; set; } = 15;

    /// <summary>Longest wait of a request for batches that do not exist yet, in milliseconds, 0 to 60000. Default: 10000.</summary>
    public int MaxWaitMs { get; set; } = 10_000;

    /// <summary>
    /// Longest silence of an HTTP publisher before its request is ended, in seconds, 2 to 3600. Default: 30.
    /// </summary>
    public int PushIdleSeconds { get; set; } = 30;

    /// <summary>Limits of the tracker. Default: see there.</summary>
    public TrackerOptions Tracker { get; } = new();

    /// <summary>RTMP connections at most. Default: 256.</summary>
    public int MaxPublishers { get; set; } = 256;

    /// <summary>RTMP connections of one address at most. Default: 32.</summary>
    public int MaxPublishersPerAddress { get; set; } = 32;
}

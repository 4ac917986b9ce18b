namespace Peercast.Player.CommandLine;

/// <summary>What <c>peercast bench</c> was asked for.</summary>
internal sealed record BenchOptions
{
    /// <summary>The watch link as typed.</summary>
    public required string Link { get; init; }

    /// <summary>How many viewers, 1 or more.</summary>
    public int Peers { get; init; } = 8;

    /// <summary>How long each viewer watches, counted from the last join.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where the report goes as JSON; null prints the table only.</summary>
    public string? JsonPath { get; init; }

    /// <summary>Where the samples of every half second go, as lines of JSON; null writes none.</summary>
    public string? SamplesPath { get; init; }

    /// <summary>False for the control run: everything from the origin.</summary>
    public bool PeerToPeer { get; init; } = true;

    /// <summary>Each viewer's uplink in bits per second; null is unlimited.</summary>
    public long? Uplink { get; init; }

    /// <summary>Each viewer's downlink in bits per second; null is unlimited.</summary>
    public long? Downlink { get; init; }

    /// <summary>The time between two joins.</summary>
    public TimeSpan JoinSpacing { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How far behind the live edge to play; null takes the channel's own target.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>The rendition's name; null takes the channel's first.</summary>
    public string? Rendition { get; init; }

    /// <summary>Log what happens to standard error.</summary>
    public bool Verbose { get; init; }
}

using Peercast.Origin.Channels;
using Peercast.Origin.Egress;

namespace Peercast.Origin.Http;

/// <summary>A channel in the list; HTTP.md, "Channel list".</summary>
internal sealed record ChannelSummary(string Name, string Title, string Kind, string State, int Viewers)
{
    /// <summary>Of a channel as it is now.</summary>
    public static ChannelSummary Of(Channel channel) =>
        new(channel.Name, channel.Title, Words.Of(channel.Kind), Words.Of(channel.State), channel.Viewers.Viewers);
}

/// <summary>All that a player needs to join; HTTP.md, "Channel descriptor".</summary>
internal sealed record ChannelDescriptor(
    int Version,
    string Name,
    string Title,
    string Kind,
    string State,
    string PublicKey,
    string Fingerprint,
    IReadOnlyList<RenditionDescriptor> Renditions,
    int TargetLatencyMs,
    long ServerTimeMs,
    int StunPort,
    string MediaPath,
    string TrackerPath,
    string HlsPath)
{
    /// <summary>Of a channel as it is now.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="prefix">What comes before all of the origin's paths.</param>
    /// <param name="options">The origin's.</param>
    /// <param name="now">The origin's clock.</param>
    public static ChannelDescriptor Of(Channel channel, string prefix, PeercastOriginOptions options, DateTimeOffset now) =>
        new(
            1,
            channel.Name,
            channel.Title,
            Words.Of(channel.Kind),
            Words.Of(channel.State),
            Convert.ToBase64String(channel.PublicKey.Span),
            channel.Fingerprint.ToString(),
            [RenditionDescriptor.Of(channel, options)],
            options.TargetLatencyMs,
            now.ToUnixTimeMilliseconds(),
            options.StunPort,
            $"{prefix}/media/{channel.Name}/{Channel.MainRendition}",
            $"{prefix}/tracker/{channel.Name}",
            $"{prefix}/hls/{channel.Name}/master.m3u8");
}

/// <summary>One quality of a channel.</summary>
internal sealed record RenditionDescriptor(
    string Name, string SwarmId, string Codecs, int Width, int Height, long Bitrate, long FirstChunk, long LiveEdge, long JoinChunk)
{
    /// <summary>Of a channel as it is now.</summary>
    public static RenditionDescriptor Of(Channel channel, PeercastOriginOptions options)
    {
        ChunkStore store = channel.Store;
        Media.InitSegment? init = store.LatestInit?.Segment;
        SegmentInfo? join = channel.Kind == ChannelKind.Recorded
            ? store.SegmentOf(store.FirstChunk)
            : store.JoinSegment(TimeSpan.FromMilliseconds(options.TargetLatencyMs));
        return new RenditionDescriptor(
            Channel.MainRendition,
            channel.SwarmId.ToString(),
            init?.Codecs ?? "",
            init?.Video?.Width ?? 0,
            init?.Video?.Height ?? 0,
            store.Bitrate,
            store.FirstChunk,
            store.LiveEdge,
            join?.FirstChunk.Value ?? store.FirstChunk);
    }
}

/// <summary>Counters of a channel; HTTP.md, "Statistics".</summary>
internal sealed record ChannelStatistics(
    string State,
    int Viewers,
    double OffloadRatio,
    long MediaBytes,
    long ChunksServed,
    long BatchBytes,
    long InitBytes,
    long HlsBytes,
    long ChunksProduced,
    long MediaBytesProduced,
    long FirstChunk,
    long LiveEdge,
    long Bitrate,
    long IngestRestarts,
    long ViewerOriginBytes,
    long ViewerNeighborBytes,
    long EgressBps,
    long MaxEgressBps,
    int JoinsWaiting,
    string? Fault)
{
    /// <summary>Of a channel as it is now.</summary>
    public static ChannelStatistics Of(Channel channel, EgressFigures egress)
    {
        ViewerTotals viewers = channel.Viewers;
        ChannelStats stats = channel.Stats;
        ChunkStore store = channel.Store;
        return new ChannelStatistics(
            Words.Of(channel.State),
            viewers.Viewers,
            Math.Round(viewers.OffloadRatio, 4),
            stats.MediaBytes,
            stats.ChunksServed,
            stats.BatchBytes,
            stats.InitBytes,
            stats.HlsBytes,
            store.ChunksProduced,
            store.BytesProduced,
            store.FirstChunk,
            store.LiveEdge,
            store.Bitrate,
            stats.IngestRestarts,
            viewers.OriginBytes,
            viewers.NeighborBytes,
            egress.BitsPerSecond,
            egress.MaxBitsPerSecond,
            egress.Waiting,
            channel.State == ChannelState.Live ? null : PublicFault(channel));
    }

    /// <summary>The page is public; where the files are on the origin's disk is not.</summary>
    private static string? PublicFault(Channel channel) =>
        channel.Fault is null ? null : channel.Options.IsPublished ? channel.Fault : "The origin cannot play this channel's file; its log says why.";
}

/// <summary>The words of the JSON.</summary>
internal static class Words
{
    /// <summary>"live" or "recorded".</summary>
    public static string Of(ChannelKind kind) => kind == ChannelKind.Live ? "live" : "recorded";

    /// <summary>"live", "offline" or "ended".</summary>
    public static string Of(ChannelState state) => state switch
    {
        ChannelState.Live => "live",
        ChannelState.Ended => "ended",
        _ => "offline",
    };
}

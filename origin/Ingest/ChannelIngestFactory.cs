using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Peercast.Origin.Channels;

namespace Peercast.Origin.Ingest;

/// <summary>Makes ingests.</summary>
internal sealed class ChannelIngestFactory(
    FfmpegTools tools, Ffprobe probe, IOptions<PeercastOriginOptions> options, TimeProvider time, ILogger<ChannelIngest> logger)
{
    /// <summary>An ingest into <paramref name="channel"/>.</summary>
    public ChannelIngest Create(Channel channel) => new(channel, tools, probe, options.Value, time, logger);
}

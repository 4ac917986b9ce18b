using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Peercast.Origin.Channels;
using Peercast.Origin.Ingest;

namespace Peercast.Origin;

/// <summary>
/// Finds out at start what would otherwise fail later: ffmpeg missing, a file missing, a data folder that cannot be
/// written. Runs before everything else of the origin.
/// </summary>
internal sealed class OriginStartup(
    FfmpegTools tools, IOptions<PeercastOriginOptions> options, IServiceProvider services, OriginReadiness readiness) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        readiness.Expect("channels");
        tools.Require();
        foreach ((string name, ChannelOptions channel) in options.Value.Channels)
        {
            if (channel.File is { Length: > 0 } file && !File.Exists(file) && !Directory.Exists(file))
            {
                throw new OriginStartException(
                    $"Channel '{name}': '{Path.GetFullPath(file)}' does not exist. Set Peercast:Channels:{name}:File to a video file or a folder of them.");
            }
        }

        // Loads every channel's key and numbering; a folder that cannot be used says so here.
        _ = services.GetService(typeof(ChannelRegistry));
        readiness.Set("channels", up: true);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

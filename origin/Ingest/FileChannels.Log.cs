using Microsoft.Extensions.Logging;

namespace Peercast.Origin.Ingest;

internal sealed partial class FileChannels
{
    [LoggerMessage(1020, LogLevel.Information, "Channel {Channel}: all files have been played, {Chunks} chunks.")]
    private partial void LogOver(string channel, long chunks);

    [LoggerMessage(1021, LogLevel.Warning, "Channel {Channel}: {Reason}")]
    private partial void LogUnplayable(string channel, string reason);

    [LoggerMessage(1022, LogLevel.Error, "Channel {Channel} has stopped.")]
    private partial void LogStopped(Exception exception, string channel);
}

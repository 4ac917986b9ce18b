using Microsoft.Extensions.Logging;

namespace Peercast.Origin.Ingest;

internal sealed partial class FfmpegRun
{
    [LoggerMessage(1001, LogLevel.Debug, "Channel {Channel}: ffmpeg started, process {Process}.")]
    private partial void LogStarted(string channel, int process);

    [LoggerMessage(1002, LogLevel.Debug, "Channel {Channel}: ffmpeg {Process} ended after {Parts} parts, at the end of its input: {Over} ({Reason}).")]
    private partial void LogEnded(string channel, int process, long parts, bool over, string reason);

    [LoggerMessage(1003, LogLevel.Warning, "Channel {Channel}: the publisher's stream broke off.")]
    private partial void LogSourceFailed(Exception exception, string channel);
}

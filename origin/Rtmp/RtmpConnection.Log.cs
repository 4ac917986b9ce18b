using Microsoft.Extensions.Logging;

namespace Peercast.Origin.Rtmp;

internal sealed partial class RtmpConnection
{
    [LoggerMessage(2101, LogLevel.Warning, "RTMP publisher {Remote} was refused: {Reason}")]
    private partial void LogRefused(string remote, string reason);

    [LoggerMessage(2102, LogLevel.Information, "RTMP connection {Remote} broke off, publishing: {Publishing} ({Reason})")]
    private partial void LogBrokenOff(string remote, bool publishing, string reason);

    [LoggerMessage(2103, LogLevel.Warning, "RTMP connection {Remote} was closed: its bytes are not RTMP ({Error}).")]
    private partial void LogMalformed(string remote, RtmpError error);

    [LoggerMessage(2104, LogLevel.Error, "Channel {Channel}: the RTMP publisher's stream could not be taken.")]
    private partial void LogIngestFailed(Exception exception, string channel);
}

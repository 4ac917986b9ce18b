using Microsoft.Extensions.Logging;

namespace Peercast.Origin.Ingest;

internal sealed partial class ChannelIngest
{
    [LoggerMessage(1010, LogLevel.Information, "Channel {Channel}: {Publisher} publishes {Video}/{Audio}, passed through untouched: {Passed}.")]
    private partial void LogPublisher(string channel, string publisher, string video, string audio, bool passed);

    [LoggerMessage(1011, LogLevel.Information, "Channel {Channel}: {Publisher} has ended.")]
    private partial void LogPublisherEnded(string channel, string publisher);

    [LoggerMessage(1012, LogLevel.Warning, "Channel {Channel}: ffmpeg stopped ({Reason}); it is started again in {Seconds:0.00} s and the numbering goes on.")]
    private partial void LogRestart(string channel, string reason, double seconds);

    [LoggerMessage(1013, LogLevel.Information, "Channel {Channel}: plays '{Path}', {Video}/{Audio}, passed through untouched: {Passed}.")]
    private partial void LogFile(string channel, string path, string video, string audio, bool passed);
}

using System.Net;
using Microsoft.Extensions.Logging;

namespace Peercast.Origin.Rtmp;

internal sealed partial class RtmpListener
{
    [LoggerMessage(2110, LogLevel.Information, "RTMP publishers are taken at {EndPoint}.")]
    private partial void LogListening(IPEndPoint? endPoint);

    [LoggerMessage(2111, LogLevel.Warning, "No RTMP connection could be accepted: {Reason}")]
    private partial void LogAcceptFailed(string reason);

    [LoggerMessage(2112, LogLevel.Warning, "An RTMP connection was turned away: there are too many, of its address or altogether.")]
    private partial void LogTooMany();

    [LoggerMessage(2113, LogLevel.Error, "RTMP connection {Remote} failed.")]
    private partial void LogFailed(Exception exception, IPEndPoint remote);
}

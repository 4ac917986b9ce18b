using Microsoft.Extensions.Logging;

namespace Peercast.Origin.Http;

internal sealed partial class PushEndpoint
{
    [LoggerMessage(1040, LogLevel.Error, "Channel {Channel}: the stream pushed to it could not be taken.")]
    private partial void LogIngestFailed(Exception exception, string channel);
}

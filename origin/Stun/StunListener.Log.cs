using System.Net;
using Microsoft.Extensions.Logging;

namespace Peercast.Origin.Stun;

internal sealed partial class StunListener
{
    [LoggerMessage(2120, LogLevel.Information, "STUN binding requests are answered at {EndPoint}/udp.")]
    private partial void LogListening(IPEndPoint? endPoint);

    [LoggerMessage(2121, LogLevel.Warning, "A STUN datagram could not be received or answered: {Reason}")]
    private partial void LogFailed(string reason);
}

using Microsoft.Extensions.Logging;

namespace Peercast.Origin.Egress;

internal sealed partial class EgressGate
{
    [LoggerMessage(1030, LogLevel.Warning, "Channel {Channel}: the egress is {Mbps:0.0} of MaxEgressMbps {Budget:0.0} Mb/s with what joins have been promised; further viewers queue.")]
    private partial void LogFull(string channel, double mbps, double budget);

    [LoggerMessage(1031, LogLevel.Information, "The egress has room again: {Waited} viewers have waited, {Refused} were refused.")]
    private partial void LogRoom(long waited, long refused);
}

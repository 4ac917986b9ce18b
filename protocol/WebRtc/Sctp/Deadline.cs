namespace Peercast.WebRtc.Sctp;

/// <summary>Absolute times at which something is due, if ever.</summary>
internal static class Deadline
{
    public static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null ? b : b is null ? a : a < b ? a : b;
}

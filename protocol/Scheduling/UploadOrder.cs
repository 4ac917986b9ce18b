namespace Peercast.Protocol.Scheduling;

/// <summary>What to send next: urgent requests by deadline, then those for what the fewest neighbors have.</summary>
internal static class UploadOrder
{
    /// <summary>The place in the order; the lowest comes first.</summary>
    /// <param name="secondsToDeadline">Negative when overdue.</param>
    /// <param name="holders">Neighbors that hold the chunk.</param>
    /// <param name="urgentSeconds">U.</param>
    public static double Key(double secondsToDeadline, int holders, double urgentSeconds) =>
        secondsToDeadline < urgentSeconds
            ? secondsToDeadline - urgentSeconds
            : holders + (Math.Min(secondsToDeadline, 1000) / 1001);
}

namespace Peercast.Protocol.Scheduling;

/// <summary>When to give up on neighbors and take a chunk from the origin. All times are in seconds.</summary>
internal static class FallbackRule
{
    /// <summary>How much an accepted estimate may be missed by before it counts for nothing.</summary>
    private const double Slack = 0.2;

    /// <summary>For a chunk that no neighbor has been asked for.</summary>
    /// <param name="toDeadline">Time left; negative when overdue.</param>
    /// <param name="margin">F.</param>
    /// <param name="originTime">What the origin takes to bring a chunk.</param>
    public static bool WhenUnasked(double toDeadline, double margin, double originTime) => toDeadline < margin + originTime;

    /// <summary>For a chunk that a neighbor accepted.</summary>
    /// <param name="toDeadline">Time left.</param>
    /// <param name="margin">F.</param>
    /// <param name="originTime">What the origin takes to bring a chunk.</param>
    /// <param name="toExpected">Time to the arrival that is expected; negative when overdue.</param>
    /// <param name="hasBegun">Some of it is here: the estimate is of its pace, and no longer the neighbor's word.</param>
    public static bool WhenAccepted(double toDeadline, double margin, double originTime, double toExpected, bool hasBegun) =>
        WhenUnasked(toDeadline, margin, originTime)
        && (toExpected > toDeadline - (Slack / 2)
            || toExpected < -LatenessAllowed(toDeadline, originTime)
            || (!hasBegun && toDeadline < originTime + (Slack / 2)));

    /// <summary>With no time left for a second thought, lateness is not forgiven.</summary>
    private static double LatenessAllowed(double toDeadline, double originTime) => toDeadline < originTime + (2 * Slack) ? 0 : Slack;

    /// <summary>For a chunk whose request has no answer yet.</summary>
    /// <param name="toDeadline">Time left.</param>
    /// <param name="margin">F.</param>
    /// <param name="originTime">What the origin takes to bring a chunk.</param>
    /// <param name="toAnswer">Time until the answer is overdue; negative when it is.</param>
    public static bool WhenUnanswered(double toDeadline, double margin, double originTime, double toAnswer) =>
        WhenUnasked(toDeadline, margin, originTime) && (toAnswer < 0 || toDeadline < originTime + Slack);
}

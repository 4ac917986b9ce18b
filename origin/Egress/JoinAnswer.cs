namespace Peercast.Origin.Egress;

/// <summary>What becomes of a join.</summary>
/// <param name="Verdict">Whether it is let in.</param>
/// <param name="Latency">Admitted: how many times its target latency behind the live edge it begins; 1 or more.</param>
/// <param name="RetryAfter">Otherwise: when to ask again.</param>
/// <param name="Ticket">Queued: its place, to be named when asking again.</param>
/// <param name="Place">Queued: how many come before it, and itself.</param>
internal readonly record struct JoinAnswer(JoinVerdict Verdict, double Latency = 1, TimeSpan RetryAfter = default, long Ticket = 0, int Place = 0);

/// <summary>Whether a join is let in.</summary>
internal enum JoinVerdict
{
    /// <summary>It is.</summary>
    Admitted,

    /// <summary>Not yet: the budget is used up, others come first.</summary>
    Queued,

    /// <summary>No: the queue is longer than anybody should be made to wait.</summary>
    Refused,
}

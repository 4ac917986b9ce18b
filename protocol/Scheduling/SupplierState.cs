namespace Peercast.Protocol.Scheduling;

/// <summary>
/// What is looked at in every neighbor each time chunks are to be asked for. It happens often, so these few lie side by
/// side for all neighbors.
/// </summary>
internal struct SupplierState
{
    /// <summary>Seconds from a request to its last fragment, smoothed.</summary>
    public double ServiceSeconds;

    /// <summary>Requests under way.</summary>
    public int Outstanding;

    /// <summary>It said in its handshake that it gives chunks.</summary>
    public bool Uploads;

    /// <summary>It will reject everything.</summary>
    public bool ChokesUs;

    /// <summary>It rejected: not to be asked before this.</summary>
    public TimeSpan BackoffUntil;

    /// <summary>Whether it can be asked for another chunk now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="maxOutstanding">Requests that may be under way at once.</param>
    public readonly bool CanBeAsked(TimeSpan now, int maxOutstanding) =>
        Uploads && !ChokesUs && Outstanding < maxOutstanding && BackoffUntil <= now;
}

namespace Peercast.Protocol.Scheduling;

/// <summary>
/// How long a neighbor that rejected for load is left alone. Each rejection in a row doubles it: where uplink is scarce most
/// requests are rejected, and asking again soon fills the lines with requests and answers instead of chunks.
/// </summary>
internal static class RejectBackoff
{
    private const int MaxDoublings = 3;

    /// <summary>The time until it may be asked again.</summary>
    /// <param name="inARow">Rejections since it last accepted, this one included; at least 1.</param>
    /// <param name="shortest">After the first one.</param>
    /// <param name="longest">After the first one.</param>
    /// <param name="random">Spreads those that were rejected together.</param>
    public static TimeSpan After(int inARow, TimeSpan shortest, TimeSpan longest, Random random) =>
        (shortest + ((longest - shortest) * random.NextDouble())) * (1 << Math.Min(inARow - 1, MaxDoublings));
}

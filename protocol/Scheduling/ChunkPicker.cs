namespace Peercast.Protocol.Scheduling;

/// <summary>
/// Which chunk to ask for first: what is due soon in order of its deadline, all else by rarity, so that what few have
/// spreads before everybody needs it.
/// </summary>
internal static class ChunkPicker
{
    /// <summary>The place in the order; the lowest comes first.</summary>
    /// <param name="secondsToDeadline">Negative when overdue.</param>
    /// <param name="holders">Neighbors that hold it.</param>
    /// <param name="urgentSeconds">U.</param>
    /// <param name="random">Below 1, from 0; keeps equally rare chunks apart so that peers do not all ask for the same one.</param>
    public static double Key(double secondsToDeadline, int holders, double urgentSeconds, double random) =>
        secondsToDeadline < urgentSeconds ? secondsToDeadline - urgentSeconds : holders + random;
}

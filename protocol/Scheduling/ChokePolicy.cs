namespace Peercast.Protocol.Scheduling;

/// <summary>
/// Whom to serve while the uplink is not enough for all: those who give the most, and one by chance, so that a
/// newcomer can show what it gives. With the uplink not saturated everybody is served.
/// </summary>
internal static class ChokePolicy
{
    /// <summary>A neighbor as the policy sees it.</summary>
    /// <param name="Slot">Its slot.</param>
    /// <param name="ReceivedBytes">What it gave lately.</param>
    internal readonly record struct Candidate(int Slot, long ReceivedBytes);

    /// <summary>Chooses who is served.</summary>
    /// <param name="neighbors">All of them; sorted in place.</param>
    /// <param name="places">How many can be served.</param>
    /// <param name="random">For the one by chance.</param>
    /// <returns>A bit for each slot served.</returns>
    public static ulong Choose(Span<Candidate> neighbors, int places, Random random)
    {
        ulong served = 0;
        neighbors.Sort(static (a, b) =>
            a.ReceivedBytes != b.ReceivedBytes ? b.ReceivedBytes.CompareTo(a.ReceivedBytes) : a.Slot.CompareTo(b.Slot));
        int byMerit = Math.Min(neighbors.Length, places >= neighbors.Length ? places : places - 1);
        foreach (Candidate neighbor in neighbors[..Math.Max(0, byMerit)])
        {
            served |= 1UL << neighbor.Slot;
        }

        if (byMerit >= 0 && byMerit < neighbors.Length && places > 0)
        {
            served |= 1UL << neighbors[random.Next(byMerit, neighbors.Length)].Slot;
        }

        return served;
    }
}

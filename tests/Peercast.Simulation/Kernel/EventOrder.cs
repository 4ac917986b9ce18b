namespace Peercast.Simulation.Kernel;

/// <summary>
/// The order of events that happen to one actor at the same time: by the step in which they were sent, the actor's own
/// before those of others, and those by their sender. It does not depend on which actor was run first.
/// </summary>
internal static class EventOrder
{
    /// <summary>Of an actor's own event.</summary>
    public static long Of(TimeSpan sentAt) => (sentAt.Ticks / World.Step.Ticks) << 32;

    /// <summary>Of an event to another actor.</summary>
    public static long Of(TimeSpan sentAt, int sender) => Of(sentAt) + sender + 1;
}

using Peercast.Protocol.Primitives;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// Asks neighbors anew what they hold once the window covers ids that it did not when they said it: after a jump, or
/// when it has moved far. What was announced to them before may be gone, so all of it is said anew.
/// </summary>
internal sealed class WindowHerald(SwarmContext context, Announcer announcer)
{
    /// <summary>Neighbors take it two times a second, and whoever holds a key down jumps ten times.</summary>
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(0.75);

    private TimeSpan _next;
    private ChunkId _told;
    private int _toldGeneration;

    public void Tick(TimeSpan now)
    {
        if (now < _next)
        {
            return;
        }

        ChunkId start = context.Window.Start;
        if (_toldGeneration == context.Window.Generation && start - _told < context.Options.WindowChunks / 4)
        {
            return;
        }

        _next = now + MinInterval;
        _told = start;
        _toldGeneration = context.Window.Generation;
        ChunkId batchesBefore = new(Math.Max(start.Value, context.Ledger.ContiguousEdge.Value + 1));
        byte[] message = new WindowMessage(start, batchesBefore).Encode();
        foreach (Neighbor neighbor in context.Neighbors.AllReady)
        {
            context.Send(neighbor, message);
            announcer.SendEverything(neighbor);
        }
    }
}

using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;

namespace Peercast.Simulation.Kernel;

/// <summary>Something that happens to one actor.</summary>
/// <param name="Kind">What.</param>
/// <param name="Number">A connection, a request or a chunk, as the kind says.</param>
/// <param name="Content">An object that the kind says; shared, so never changed.</param>
/// <param name="Bytes">A message or a chunk; shared, so never changed.</param>
internal readonly record struct SimEvent(EventKind Kind, long Number = 0, object? Content = null, ReadOnlyMemory<byte> Bytes = default)
{
    /// <summary>A message on the data channel: a fragment of <see cref="Bytes"/>.</summary>
    /// <param name="connection">The receiver's name for the connection.</param>
    /// <param name="fragment">The fragment.</param>
    public SimEvent(NeighborId connection, in DataFragment fragment)
        : this(EventKind.Data, connection.Value, null, fragment.Bytes)
    {
        Chunk = fragment.Chunk;
        Request = fragment.Request;
        (Offset, Length) = ((ushort)fragment.Offset, (ushort)fragment.Length);
    }

    private ChunkId Chunk { get; }

    private uint Request { get; }

    private ushort Offset { get; }

    private ushort Length { get; }

    /// <summary>The fragment of a message on the data channel.</summary>
    public DataFragment Fragment => new(Request, Chunk, Offset, Length, Bytes);
}

/// <summary>An event on its way to another actor.</summary>
/// <param name="To">The actor's index.</param>
/// <param name="At">When it arrives.</param>
/// <param name="Order">Its place among those that arrive at the same time, see <see cref="EventOrder"/>.</param>
/// <param name="Event">The event.</param>
internal readonly record struct Envelope(int To, TimeSpan At, long Order, SimEvent Event);

using System.Diagnostics;
using Peercast.Player.Playback;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Bench;

/// <summary>Plays nothing; notes when the first whole part came, and which chunks.</summary>
internal sealed class MeasuringOutput(DistinctChunks distinct) : IMediaOutput
{
    private long _started;
    private long _firstPart;

    /// <summary>From <see cref="Begin"/> to the first whole part; <see langword="null"/> before it.</summary>
    public TimeSpan? Startup => Volatile.Read(ref _firstPart) is var first and not 0 ? Stopwatch.GetElapsedTime(_started, first) : null;

    /// <summary>Since <see cref="Begin"/>.</summary>
    public TimeSpan SinceBegin => Stopwatch.GetElapsedTime(_started);

    /// <summary>The viewer starts now.</summary>
    public void Begin() => _started = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public void OnInit(int initIndex, ReadOnlyMemory<byte> init)
    {
    }

    /// <inheritdoc/>
    public void OnChunk(ChunkInfo chunk, ReadOnlyMemory<byte> bytes)
    {
        distinct.Add(chunk);
        if (_firstPart == 0 && (chunk.Flags & ChunkFlags.EndOfPart) != 0)
        {
            Volatile.Write(ref _firstPart, Stopwatch.GetTimestamp());
        }
    }

    /// <inheritdoc/>
    public void OnSkip(ChunkRange lost)
    {
    }

    /// <inheritdoc/>
    public void OnEnd()
    {
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The chunks that any viewer received, each counted once.</summary>
internal sealed class DistinctChunks
{
    private readonly Lock _gate = new();
    private readonly HashSet<ChunkId> _seen = [];
    private long _bytes;

    /// <summary>Their payload.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>A viewer received one.</summary>
    public void Add(ChunkInfo chunk)
    {
        lock (_gate)
        {
            if (_seen.Add(chunk.Id))
            {
                _bytes += chunk.Length;
            }
        }
    }
}

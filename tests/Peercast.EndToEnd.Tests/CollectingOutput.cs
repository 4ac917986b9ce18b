using Peercast.Player.Playback;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.EndToEnd.Tests;

/// <summary>Checks what a viewer would play, as it comes: every chunk whole by its hash, in order, with what was lost in between.</summary>
internal sealed class CollectingOutput : IMediaOutput
{
    private readonly Lock _gate = new();
    private readonly List<string> _faults = [];
    private ChunkId? _last;
    private long _chunks;
    private int _discontinuities;

    /// <summary>Chunks so far.</summary>
    public long Chunks => Volatile.Read(ref _chunks);

    /// <summary>Ingest restarts seen.</summary>
    public int Discontinuities => Volatile.Read(ref _discontinuities);

    /// <summary>What was not as it should be.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_gate)
            {
                return [.. _faults];
            }
        }
    }

    public void OnInit(int initIndex, ReadOnlyMemory<byte> init)
    {
    }

    public void OnChunk(ChunkInfo chunk, ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            if (Hash256.Of(bytes.Span) != chunk.Hash)
            {
                _faults.Add($"chunk {chunk.Id} is corrupt");
            }

            if (_last is { } last && chunk.Id != last.Next)
            {
                _faults.Add($"chunk {chunk.Id} came after {last}");
            }

            if ((chunk.Flags & ChunkFlags.Discontinuity) != 0 && _last is not null)
            {
                _discontinuities++;
            }

            _last = chunk.Id;
            _chunks++;
        }
    }

    public void OnSkip(ChunkRange lost)
    {
        lock (_gate)
        {
            _faults.Add($"{lost} lost");
        }
    }

    public void OnEnd()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Playback;

/// <summary>
/// Puts the chunks of a part together, so that no reader ever sees half a fragment: a part that lost a slice is left out
/// whole. Tells a loss from a seek by the chunk ids.
/// </summary>
internal sealed class PartAssembler
{
    private const int MaxPartLength = 64 * 1024 * 1024;

    private readonly IPartSink _sink;
    private readonly List<ReadOnlyMemory<byte>> _slices = [];
    private ChunkInfo _first;
    private int _length;
    private ChunkFlags _flags;
    private ChunkId? _next;
    private bool _broken;

    /// <summary>Hands whole parts to <paramref name="sink"/>.</summary>
    public PartAssembler(IPartSink sink) => _sink = sink;

    /// <summary>See <see cref="IMediaOutput.OnInit"/>.</summary>
    public void Init(ReadOnlyMemory<byte> init) => _sink.OnInit(init);

    /// <summary>See <see cref="IMediaOutput.OnChunk"/>.</summary>
    public void Add(in ChunkInfo chunk, ReadOnlyMemory<byte> bytes)
    {
        if (_next is { } next && chunk.Id != next)
        {
            Forget();
            _sink.OnJump();
        }

        _next = chunk.Id.Next;
        if (chunk.Offset == 0)
        {
            if (_slices.Count > 0)
                Gap();
            _broken = false;
            _first = chunk;
            _flags = ChunkFlags.None;
        }
        else if (_broken || _slices.Count == 0 || chunk.Offset != _length || _length > MaxPartLength - bytes.Length)
        {
            if (!_broken)
                Gap();
            _broken = true;
            return;
        }

        _slices.Add(bytes);
        _length += bytes.Length;
        _flags |= chunk.Flags;
        if ((chunk.Flags & ChunkFlags.EndOfPart) == 0)
            return;
        var part = new MediaPart(
            _first.Segment,
            _first.StartsSegment,
            (_flags & ChunkFlags.Discontinuity) != 0,
            _first.PresentationTime,
            _first.Duration,
            _slices.Count == 1 ? _slices[0] : Join());
        Forget();
        _sink.OnPart(part);
    }

    /// <summary>See <see cref="IMediaOutput.OnSkip"/>.</summary>
    public void Skip(ChunkRange lost)
    {
        if (_next is null || lost.Count <= 0)
            return;
        Gap();
        _broken = true;
        _next = lost.Last.Next;
    }

    /// <summary>See <see cref="IMediaOutput.OnEnd"/>.</summary>
    public void End()
    {
        Forget();
        _sink.OnEnd();
    }

    private void Gap()
    {
        Forget();
        _sink.OnGap();
    }

    private void Forget()
    {
        _slices.Clear();
        _length = 0;
    }

    private byte[] Join()
    {
        var whole = new byte[_length];
        var at = 0;
        foreach (var slice in _slices)
        {
            slice.Span.CopyTo(whole.AsSpan(at));
            at += slice.Length;
        }

        return whole;
    }
}

namespace Peercast.Player.Playback;

/// <summary>
/// Bytes from the session to a decoder that pulls them: the reader blocks until something is there, the writer never
/// does. Bounded: when the reader stands still, whole segments are dropped from the front, so that what remains can be
/// decoded.
/// </summary>
internal sealed class MediaPipe
{
    /// <summary>The default bound: minutes of an ordinary channel, seconds of none.</summary>
    public const int DefaultCapacity = 64 * 1024 * 1024;

    private readonly object _gate = new();
    private readonly Queue<Entry> _queue = new();
    private readonly long _capacity;
    private ReadOnlyMemory<byte> _current;
    private long _queued;
    private long _dropped;
    private bool _completed;
    private bool _aborted;

    /// <summary>A pipe that holds at most <paramref name="capacity"/> bytes, but always the entry written last.</summary>
    public MediaPipe(long capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>The picture that the media holds, as far as its init segment says.</summary>
    public PictureShape? Shape { get; init; }

    /// <summary>Bytes written and not yet read.</summary>
    public long BufferedBytes
    {
        get
        {
            lock (_gate)
                return _queued + _current.Length;
        }
    }

    /// <summary>Bytes dropped because the reader stood still.</summary>
    public long DroppedBytes
    {
        get
        {
            lock (_gate)
                return _dropped;
        }
    }

    /// <summary>Whether what was in it is no longer wanted.</summary>
    public bool IsAborted
    {
        get
        {
            lock (_gate)
                return _aborted;
        }
    }

    /// <summary>Adds an init segment: it is never dropped.</summary>
    public void WriteInit(ReadOnlyMemory<byte> init) => Write(new Entry(init, StartsSegment: false, IsInit: true));

    /// <summary>Adds a part. The memory must stay valid and unchanged.</summary>
    public void WritePart(ReadOnlyMemory<byte> part, bool startsSegment) => Write(new Entry(part, startsSegment, IsInit: false));

    /// <summary>Nothing more will be written: the reader comes to the end when it has read what is there.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends the reader at once; what is left is forgotten.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            _aborted = true;
            _completed = true;
            _queue.Clear();
            _queued = 0;
            _current = default;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Reads at least one byte, waiting for it if need be; 0 is the end.</summary>
    public int Read(Span<byte> target)
    {
        if (target.IsEmpty)
            return 0;
        lock (_gate)
        {
            while (_current.IsEmpty)
            {
                if (_queue.TryDequeue(out var entry))
                {
                    _current = entry.Bytes;
                    _queued -= entry.Bytes.Length;
                }
                else if (_completed)
                {
                    return 0;
                }
                else
                {
                    Monitor.Wait(_gate);
                }
            }

            var count = Math.Min(target.Length, _current.Length);
            _current.Span[..count].CopyTo(target);
            _current = _current[count..];
            return count;
        }
    }

    private void Write(Entry entry)
    {
        lock (_gate)
        {
            if (_completed)
                return;
            _queue.Enqueue(entry);
            _queued += entry.Bytes.Length;
            if (_queued > _capacity)
                DropOldest();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Drops to the first segment start within the bound; keeps everything when no segment start is left.</summary>
    private void DropOldest()
    {
        var entries = _queue.ToArray();
        var remaining = _queued;
        var keepFrom = -1;
        for (var i = 0; i < entries.Length; i++)
        {
            if (i > 0 && entries[i].StartsSegment)
            {
                keepFrom = i;
                if (remaining <= _capacity)
                    break;
            }

            if (!entries[i].IsInit)
                remaining -= entries[i].Bytes.Length;
        }

        if (keepFrom < 0)
            return;
        _queue.Clear();
        for (var i = 0; i < entries.Length; i++)
        {
            if (i >= keepFrom || entries[i].IsInit)
            {
                _queue.Enqueue(entries[i]);
                continue;
            }

            _queued -= entries[i].Bytes.Length;
            _dropped += entries[i].Bytes.Length;
        }
    }

    private readonly record struct Entry(ReadOnlyMemory<byte> Bytes, bool StartsSegment, bool IsInit);
}

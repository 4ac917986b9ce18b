namespace Peercast.Simulation.Engines.Reference;

/// <summary>
/// Throughput over the last seconds during which something was being loaded; the time between loads does not count.
/// Of a single sample it makes a huge number, as p2p-media-loader does.
/// </summary>
internal sealed class LoadingRate
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly Queue<(TimeSpan At, int Bytes)> _samples = [];
    private TimeSpan _idle;
    private TimeSpan _last;
    private TimeSpan? _idleSince = TimeSpan.Zero;
    private long _bytes;

    /// <summary>In bits per second; 0: nothing is known.</summary>
    public double BitsPerSecond
    {
        get
        {
            if (_samples.Count == 0)
            {
                return 0;
            }

            TimeSpan span = _last - _samples.Peek().At;
            return _bytes * 8 / (span > Shortest ? span : Shortest).TotalSeconds;
        }
    }

    /// <summary>A load begins.</summary>
    public void Begin(TimeSpan now)
    {
        if (_idleSince is { } since)
        {
            _idle += now - since;
            _idleSince = null;
        }
    }

    /// <summary>A load ended, whatever the reason.</summary>
    public void End(TimeSpan now) => _idleSince ??= now;

    /// <summary>Bytes arrived.</summary>
    public void Add(TimeSpan now, int bytes)
    {
        _last = now - _idle;
        _samples.Enqueue((_last, bytes));
        _bytes += bytes;
        while (_samples.Peek().At < _last - Window)
        {
            _bytes -= _samples.Dequeue().Bytes;
        }
    }

    /// <summary>What was known is worth nothing any more.</summary>
    public void Clear()
    {
        _samples.Clear();
        _bytes = 0;
    }
}

namespace Peercast.Player.Terminal;

/// <summary>The rate of a growing counter, smoothed over the last few seconds. Time is an argument.</summary>
internal sealed class RateMeter
{
    private static readonly TimeSpan _span = TimeSpan.FromSeconds(3);
    private readonly Queue<(TimeSpan At, long Bytes)> _samples = new();

    /// <summary>Bits per second over the last three seconds; 0 until two samples differ in time.</summary>
    public double BitsPerSecond { get; private set; }

    /// <summary>Adds the counter's value, in bytes, at a moment not before the last.</summary>
    public void Add(TimeSpan now, long bytes)
    {
        _samples.Enqueue((now, bytes));
        while (_samples.Count > 2 && now - _samples.Peek().At > _span)
            _samples.Dequeue();
        var (at, first) = _samples.Peek();
        var seconds = (now - at).TotalSeconds;
        BitsPerSecond = seconds > 0 ? (bytes - first) * 8 / seconds : 0;
    }
}

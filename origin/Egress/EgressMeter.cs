namespace Peercast.Origin.Egress;

/// <summary>
/// Bytes per tenth of a second, over a window that moves along. What is expected can be added ahead of its time.
/// </summary>
/// <param name="window">Seconds looked back.</param>
/// <param name="ahead">Seconds ahead for which something can be expected.</param>
internal sealed class EgressMeter(double window, double ahead = 0)
{
    private const double PerSecond = 10;

    private readonly int _window = (int)(window * PerSecond);
    private readonly int _ahead = (int)(ahead * PerSecond);
    private readonly double[] _slots = new double[(int)((window + ahead) * PerSecond) + 1];
    private long _newest;

    /// <summary>Adds what happens now.</summary>
    public void Add(TimeSpan now, double bytes)
    {
        Move(now);
        _slots[Index(_newest)] += bytes;
    }

    /// <summary>Adds what will happen evenly over all of the time ahead.</summary>
    public void Expect(TimeSpan now, double bytes)
    {
        Move(now);
        for (int i = 0; i < _ahead; i++)
        {
            _slots[Index(_newest + i)] += bytes / _ahead;
        }
    }

    /// <summary>Bytes per second over the window.</summary>
    public double Rate(TimeSpan now)
    {
        Move(now);
        double sum = 0;
        for (int i = 0; i < _window; i++)
        {
            sum += _slots[Index(_newest - i)];
        }

        return sum * PerSecond / _window;
    }

    private int Index(long slot) => (int)(((slot % _slots.Length) + _slots.Length) % _slots.Length);

    private void Move(TimeSpan now)
    {
        long slot = (long)(now.TotalSeconds * PerSecond);
        if (slot - _newest >= _slots.Length)
        {
            Array.Clear(_slots);
            _newest = slot;
        }

        for (; _newest < slot; _newest++)
        {
            // The slot that enters at the far end was the oldest.
            _slots[Index(_newest + 1 + _ahead)] = 0;
        }
    }
}

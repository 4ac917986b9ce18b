using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Ingest;

/// <summary>
/// Holds an ingest back to real time. Files are paced exactly, across loops and files, so that no gap between two of them
/// eats into the viewers' buffers; publishers are only kept from running ahead, for example by a file pushed as fast as
/// the network allows, and may be a little fast for the sake of clocks that differ.
/// </summary>
internal sealed class Pacer
{
    private readonly double _rate;
    private readonly TimeSpan _lead;
    private readonly TimeSpan _late;
    private TimeSpan _anchor;
    private MediaTime _anchorMedia;
    private bool _anchored;

    private Pacer(double rate, TimeSpan lead, TimeSpan late)
    {
        _rate = rate;
        _lead = lead;
        _late = late;
    }

    /// <summary>For files. A delay of up to two seconds is made up for, a longer one is accepted.</summary>
    public static Pacer ForFile() => new(1, TimeSpan.Zero, TimeSpan.FromSeconds(2));

    /// <summary>For publishers: up to 1.5 s ahead of real time, one percent faster than the clock.</summary>
    public static Pacer ForPublisher() => new(1.01, TimeSpan.FromSeconds(1.5), TimeSpan.Zero);

    /// <summary>How long to wait before media that ends at <paramref name="end"/> is given out.</summary>
    /// <param name="now">A clock that never runs backwards.</param>
    /// <param name="end">On the channel's timeline.</param>
    public TimeSpan Delay(TimeSpan now, MediaTime end)
    {
        TimeSpan due = _anchor + ((end - _anchorMedia).ToTimeSpan() / _rate);
        if (!_anchored || now - due > _late)
        {
            _anchored = true;
            _anchor = now;
            _anchorMedia = end;
            return TimeSpan.Zero;
        }

        TimeSpan wait = due - _lead - now;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}

namespace Peercast.WebRtc.Driver;

/// <summary>A deadline of a <see cref="DeadlineThread"/> that can be moved, as those of a connection are with every packet.</summary>
/// <param name="target">Who is called.</param>
internal sealed class DeadlineEntry(IDeadlineTarget target)
{
    /// <summary>Who is called.</summary>
    public IDeadlineTarget Target { get; } = target;

    /// <summary>When; belongs to the heap, as <see cref="Place"/> does.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Where in the heap; negative: nowhere.</summary>
    public int Place { get; set; } = -1;
}

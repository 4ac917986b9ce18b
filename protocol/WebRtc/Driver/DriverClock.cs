using System.Diagnostics;

namespace Peercast.WebRtc.Driver;

/// <summary>The one clock that becomes the engines' <c>now</c>: time since this clock was made, never going back.</summary>
internal sealed class DriverClock
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>The time since the start.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);
}

namespace Peercast.Origin.Ingest;

/// <summary>How long to wait before ffmpeg is started again: doubling from 250 ms to 10 s, back to the start after a good run.</summary>
internal sealed class BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GoodRun = TimeSpan.FromSeconds(10);

    private TimeSpan _next = First;

    /// <summary>Runs in a row that were no good.</summary>
    public int Failures { get; private set; }

    /// <summary>A run has ended.</summary>
    /// <param name="ran">How long it took.</param>
    /// <param name="produced">It gave media.</param>
    /// <returns>The time to wait.</returns>
    public TimeSpan After(TimeSpan ran, bool produced)
    {
        if (produced && ran >= GoodRun)
        {
            _next = First;
            Failures = 0;
        }

        Failures = produced ? 0 : Failures + 1;
        TimeSpan wait = _next;
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return wait;
    }
}

using System.Globalization;
using Peercast.Player.Playback;
using Spectre.Console;

namespace Peercast.Player.Bench;

/// <summary>Says when viewers of a run begin to wait in the channel's queue, and when none does any more.</summary>
internal sealed class QueueLine(IAnsiConsole console)
{
    private bool _isQueued;

    /// <summary>Looks at the viewers, and says what has changed.</summary>
    public void Report(IReadOnlyList<BenchViewer> viewers)
    {
        List<ViewerSnapshot> queued = [.. viewers.Where(v => v.Failure is null).Select(v => v.Session.Snapshot).Where(s => s.State == ViewerState.Queued)];
        if (queued.Count > 0 && !_isQueued)
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"The channel is full: {queued.Count} of the viewers in the queue, trying again in {Math.Ceiling(queued.Min(s => s.RetryIn).TotalSeconds):0} s."));
        }
        else if (queued.Count == 0 && _isQueued)
        {
            console.WriteLine("The queue is over.");
        }

        _isQueued = queued.Count > 0;
    }
}

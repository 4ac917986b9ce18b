using System.Globalization;
using Peercast.Player.Playback;

namespace Peercast.Player.Terminal;

/// <summary>
/// What a viewer wants to know of a session, as labels and values: the same in the window and in the terminal. Not
/// thread-safe; time is an argument.
/// </summary>
internal sealed class StatisticsView
{
    private readonly RateMeter _origin = new();
    private readonly RateMeter _neighbors = new();
    private readonly RateMeter _upload = new();
    private ViewerSnapshot _snapshot = ViewerSnapshot.Empty;

    /// <summary>Takes in the session's present state, at a moment not before the last.</summary>
    public void Update(TimeSpan now, ViewerSnapshot snapshot)
    {
        _snapshot = snapshot;
        _origin.Add(now, snapshot.OriginBytes);
        _neighbors.Add(now, snapshot.NeighborBytes);
        _upload.Add(now, snapshot.UploadedBytes);
    }

    /// <summary>What the session is doing, as one phrase.</summary>
    public string State
    {
        get
        {
            var place = _snapshot switch
            {
                { Recorded: true, Position: { } position, Length: { } length } =>
                    $" at {Quantity.Clock(position)} of {Quantity.Clock(length)}",
                { LiveLatency: { } latency } =>
                    string.Create(CultureInfo.InvariantCulture, $" {latency.TotalSeconds:0.0} s behind live"),
                _ => "",
            };
            return _snapshot.State switch
            {
                ViewerState.Connecting => "connecting",
                ViewerState.Queued => string.Create(
                    CultureInfo.InvariantCulture, $"The channel is full: in the queue, trying again in {Math.Ceiling(_snapshot.RetryIn.TotalSeconds):0} s"),
                ViewerState.Buffering => "buffering",
                ViewerState.Playing => "playing" + place,
                ViewerState.Stalled => "waiting for data" + place,
                ViewerState.Paused => "paused" + place,
                ViewerState.Offline => "offline: waiting for the broadcaster",
                _ => "ended",
            };
        }
    }

    /// <summary>Label and value of each line, in order.</summary>
    /// <param name="video">The decoder's counters; null where nothing is decoded.</param>
    /// <param name="shape">The picture's size, where known.</param>
    public IReadOnlyList<(string Label, string Value)> Lines(VideoStatistics? video = null, PictureShape? shape = null)
    {
        var s = _snapshot;
        List<(string, string)> lines =
        [
            ("State", State),
            ("Sources", $"neighbors {Quantity.Rate(_neighbors.BitsPerSecond)}, origin {Quantity.Rate(_origin.BitsPerSecond)}"),
            ("Offload", string.Create(
                CultureInfo.InvariantCulture,
                $"{s.OffloadRatio:P1} (neighbors {Quantity.Size(s.NeighborBytes)}, origin {Quantity.Size(s.OriginBytes)})")),
            ("Neighbors", s.TrackerConnected ? $"{s.Neighbors}" : $"{s.Neighbors} (tracker not connected)"),
            ("Upload", $"{Quantity.Rate(_upload.BitsPerSecond)}, limit {Quantity.Limit(s.UploadLimit)} ({Quantity.Size(s.UploadedBytes)} given)"),
            ("Buffer", string.Create(
                CultureInfo.InvariantCulture,
                $"{s.Buffered.TotalSeconds:0.0} s, {s.Stalls} stalls ({s.StallTime.TotalSeconds:0.0} s)")),
        ];
        if (s.CorruptChunks > 0)
            lines.Add(("Refused", $"{s.CorruptChunks} corrupt chunks"));
        if (video is { } v)
        {
            var size = shape is null ? "" : $"{shape.Width}x{shape.Height}, ";
            lines.Add(("Picture", string.Create(
                CultureInfo.InvariantCulture, $"{size}{v.Displayed} shown, {v.Lost} lost ({v.LostRatio:P1})")));
        }

        return lines;
    }

    /// <summary>All of it on one line, for a log.</summary>
    public string Summary() => _snapshot.State == ViewerState.Queued ? State : string.Create(
        CultureInfo.InvariantCulture,
        $"{State}; neighbors {_snapshot.Neighbors} at {Quantity.Rate(_neighbors.BitsPerSecond)}, origin {Quantity.Rate(_origin.BitsPerSecond)}, offload {_snapshot.OffloadRatio:P1}, upload {Quantity.Rate(_upload.BitsPerSecond)}, stalls {_snapshot.Stalls}");
}

using Peercast.Player.Playback;

namespace Peercast.Player.Tests.Support;

/// <summary>A session that ends at once and notes what it was asked for.</summary>
internal sealed class FakeSession : IViewerSession
{
    public List<string> Calls { get; } = [];

    public Exception? SeekFailure { get; set; }

    public ViewerSnapshot Snapshot { get; set; } = new()
    {
        Title = "Concert", State = ViewerState.Playing, Neighbors = 3, TrackerConnected = true, UploadLimit = 500_000,
    };

    public Task RunAsync(CancellationToken ct) => Task.CompletedTask;

    public void Pause() => Calls.Add("pause");

    public void Resume() => Calls.Add("resume");

    public void SetUploadLimit(long bitsPerSecond) => Calls.Add($"limit {bitsPerSecond}");

    public Task SeekAsync(TimeSpan by)
    {
        Calls.Add($"seek {by.TotalSeconds}");
        return SeekFailure is null ? Task.CompletedTask : Task.FromException(SeekFailure);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

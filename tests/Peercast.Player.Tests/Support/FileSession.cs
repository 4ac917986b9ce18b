using System.Diagnostics;
using Peercast.Player.Playback;

namespace Peercast.Player.Tests.Support;

/// <summary>
/// A session that delivers a file as a live channel would: the first seconds at once, the rest in real time. It speaks to
/// nobody.
/// </summary>
internal sealed class FileSession(FragmentedMedia media, IMediaOutput output, TimeSpan ahead, bool end, Action? onDelivered = null) : IViewerSession
{
    private long _limit = 2_000_000;
    private long _bytes;
    private TimeSpan? _position;
    private bool _paused;

    public List<string> Calls { get; } = [];

    public ViewerSnapshot Snapshot => new()
    {
        Title = "File",
        State = _paused ? ViewerState.Paused : _position is null ? ViewerState.Connecting : ViewerState.Playing,
        LiveLatency = ahead,
        Position = _position,
        OriginBytes = _bytes / 10,
        NeighborBytes = _bytes - (_bytes / 10),
        UploadedBytes = _bytes / 2,
        Neighbors = 7,
        TrackerConnected = true,
        Buffered = ahead,
        UploadLimit = _limit,
    };

    public async Task RunAsync(CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        output.OnInit(0, media.Init);
        try
        {
            foreach (var (info, bytes) in media.Chunks)
            {
                var due = info.PresentationTime.ToTimeSpan() - ahead - clock.Elapsed;
                if (due > TimeSpan.Zero)
                    await Task.Delay(due, ct);
                output.OnChunk(info, bytes);
                _bytes += bytes.Length;
                _position = info.PresentationTime.ToTimeSpan();
            }

            onDelivered?.Invoke();
            if (end)
                output.OnEnd();
            else
                await Task.Delay(Timeout.Infinite, ct);
        }
        catch (OperationCanceledException)
        {
            // As a session does.
        }
    }

    public void Pause()
    {
        _paused = true;
        Calls.Add("pause");
    }

    public void Resume()
    {
        _paused = false;
        Calls.Add("resume");
    }

    public void SetUploadLimit(long bitsPerSecond)
    {
        _limit = bitsPerSecond;
        Calls.Add($"limit {bitsPerSecond}");
    }

    public Task SeekAsync(TimeSpan by)
    {
        Calls.Add($"seek {by.TotalSeconds}");
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using Peercast.Player.Playback;

namespace Peercast.Player.Tests.Support;

/// <summary>A player that plays nothing and says what it was asked for.</summary>
internal sealed class FakePlayer : IVideoPlayer
{
    public List<MediaPipe> Sources { get; } = [];

    public bool Ended { get; private set; }

    public string? Snapshot { get; private set; }

    public FrameQueue Frames { get; } = new();

    public bool IsFinished { get; set; }

    public bool HasFailed { get; set; }

    public bool IsPaused { get; set; }

    public int Volume { get; set; } = 50;

    public bool IsMuted { get; set; }

    public PictureShape? Shape => Frames.Shape;

    public VideoStatistics Statistics { get; set; } = new(100, 99, 1);

    public void Enqueue(MediaPipe source) => Sources.Add(source);

    public void EndOfSources() => Ended = true;

    public void Poll()
    {
    }

    public bool TryTakeSnapshot(string path)
    {
        Snapshot = path;
        return true;
    }

    public void Dispose()
    {
    }
}

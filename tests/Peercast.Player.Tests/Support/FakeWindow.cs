using Peercast.Player.Playback;
using Peercast.Player.Window;

namespace Peercast.Player.Tests.Support;

/// <summary>A window that gives a list of inputs, then is closed.</summary>
internal sealed class FakeWindow(params PlayerAction[] keys) : IWindow
{
    private readonly Queue<PlayerAction> _keys = new(keys);

    public List<string> Texts { get; } = [];

    public List<bool> FullScreen { get; } = [];

    public int NewFrames { get; private set; }

    public PictureShape? Fitted { get; private set; }

    public string Title { get; set; } = "";

    public bool IsDisposed { get; private set; }

    public bool IsFullScreen
    {
        get => FullScreen is [.., true];
        set => FullScreen.Add(value);
    }

    public WindowInput Wait(TimeSpan timeout, out PlayerAction action)
    {
        if (_keys.TryDequeue(out action))
            return action == PlayerAction.None ? WindowInput.Redraw : WindowInput.Action;
        return WindowInput.Closed;
    }

    public void Wake()
    {
    }

    public void FitTo(PictureShape shape) => Fitted = shape;

    public void Draw(VideoFrame? frame, bool isNew, PictureShape? shape, IReadOnlyList<TextBox> texts)
    {
        NewFrames += isNew ? 1 : 0;
        Texts.AddRange(texts.SelectMany(t => t.Lines));
    }

    public void Dispose() => IsDisposed = true;
}

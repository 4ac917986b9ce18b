using Peercast.Player.Playback;

namespace Peercast.Player.Window;

/// <summary>What happened to the window.</summary>
internal enum WindowInput
{
    /// <summary>Nothing within the time.</summary>
    None,

    /// <summary>A key with a meaning: see the action beside it.</summary>
    Action,

    /// <summary>It must be drawn again.</summary>
    Redraw,

    /// <summary>It was closed.</summary>
    Closed,
}

/// <summary>A window with a picture and text over it. Used by the thread that made it, but for <see cref="Wake"/>.</summary>
internal interface IWindow : IDisposable
{
    /// <summary>The text in the title bar.</summary>
    string Title { set; }

    /// <summary>Covers the whole screen.</summary>
    bool IsFullScreen { get; set; }

    /// <summary>Waits for input, a <see cref="Wake"/> (which is <see cref="WindowInput.Redraw"/>), or the time.</summary>
    WindowInput Wait(TimeSpan timeout, out PlayerAction action);

    /// <summary>Ends a <see cref="Wait"/>. Any thread.</summary>
    void Wake();

    /// <summary>Gives the window the picture's shape, within the screen. Once, when the shape becomes known.</summary>
    void FitTo(PictureShape shape);

    /// <summary>
    /// Draws: the picture as large as its aspect ratio allows, on black, and the texts over it.
    /// </summary>
    /// <param name="frame">The picture; null draws black.</param>
    /// <param name="isNew">Whether the frame's content differs from the last call's.</param>
    /// <param name="shape">The shape of its pixels; null is square.</param>
    /// <param name="texts">Boxes of text.</param>
    void Draw(VideoFrame? frame, bool isNew, PictureShape? shape, IReadOnlyList<TextBox> texts);
}

/// <summary>Where a box of text stands.</summary>
internal enum TextPlace
{
    /// <summary>At the top left.</summary>
    TopLeft,

    /// <summary>In the middle, for what is said in place of a picture.</summary>
    Center,

    /// <summary>At the bottom, in the middle.</summary>
    Bottom,
}

/// <summary>Lines of text on a translucent box.</summary>
internal sealed record TextBox(TextPlace Place, IReadOnlyList<string> Lines);

using Peercast.Player.Native;

namespace Peercast.Player.Window;

/// <summary>Where a picture stands in a window of another shape.</summary>
internal static class Letterbox
{
    /// <summary>The largest rectangle of this aspect ratio (width over height) in the middle of the window.</summary>
    public static LibSdl.Rect Fit(double aspect, int width, int height)
    {
        var fitted = height * aspect <= width
            ? new LibSdl.Rect { Width = (int)Math.Round(height * aspect), Height = height }
            : new LibSdl.Rect { Width = width, Height = (int)Math.Round(width / aspect) };
        fitted.X = (width - fitted.Width) / 2;
        fitted.Y = (height - fitted.Height) / 2;
        return fitted;
    }
}

namespace Peercast.Player.Playback;

/// <summary>The visible size of a picture and the shape of its pixels.</summary>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="PixelAspect">Width of a pixel over its height.</param>
internal sealed record PictureShape(int Width, int Height, double PixelAspect)
{
    /// <summary>Width over height on screen.</summary>
    public double Aspect => Width * PixelAspect / Height;
}

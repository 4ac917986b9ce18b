namespace Peercast.EndToEnd.Tests;

/// <summary>A picture without color, one byte a pixel, row by row.</summary>
internal sealed record GrayPicture(int Width, int Height, byte[] Pixels)
{
    private const int Cells = 12;

    /// <summary>
    /// The frame number in the bar along the bottom, as media-samples/README.md describes it; <see langword="null"/> where
    /// the guards at both ends are not white, because no such picture is shown.
    /// </summary>
    public int? ReadFrameNumber()
    {
        bool[] white = [.. Enumerable.Range(0, Cells).Select(IsWhite)];
        return white[0] && white[^1] ? white[1..^1].Aggregate(0, (number, bit) => (number << 1) | (bit ? 1 : 0)) : null;
    }

    private bool IsWhite(int cell)
    {
        int x = (int)((cell + 0.5) * Width / Cells);
        int y = Height - (Height / (2 * Cells));
        return Pixels[(y * Width) + x] >= 128;
    }
}

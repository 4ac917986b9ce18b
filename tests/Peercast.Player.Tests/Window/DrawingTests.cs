using Peercast.Player.Playback;
using Peercast.Player.Window;

namespace Peercast.Player.Tests.Window;

public sealed class DrawingTests
{
    [Theory]
    [InlineData(16.0 / 9, 1600, 900, 0, 0, 1600, 900)]
    [InlineData(16.0 / 9, 500, 600, 0, 159, 500, 281)]
    [InlineData(4.0 / 3, 1600, 900, 200, 0, 1200, 900)]
    public void Fit_Window_KeepsTheAspectRatioInTheMiddle(double aspect, int width, int height, int x, int y, int fitWidth, int fitHeight)
    {
        var fitted = Letterbox.Fit(aspect, width, height);

        Assert.Equal((x, y, fitWidth, fitHeight), (fitted.X, fitted.Y, fitted.Width, fitted.Height));
    }

    [Fact]
    public void Render_Font_HasAGlyphForEveryPrintableCharacter()
    {
        Assert.Equal('~' - ' ' + 1, BitmapFont.Count);
        var pixels = BitmapFont.Render();
        var width = BitmapFont.Count * BitmapFont.CellWidth;
        var glyphs = Enumerable.Range(0, BitmapFont.Count)
            .Select(g => string.Concat(Enumerable.Range(0, BitmapFont.CellHeight).SelectMany(
                y => Enumerable.Range(0, BitmapFont.CellWidth).Select(x => pixels[(y * width) + (g * BitmapFont.CellWidth) + x] == 0 ? '.' : '#'))))
            .ToList();
        Assert.Equal(BitmapFont.Count, glyphs.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain('#', glyphs[BitmapFont.IndexOf(' ')]);
        Assert.Equal(BitmapFont.IndexOf('?'), BitmapFont.IndexOf('é'));

        // Lines must not touch, whatever stands in them.
        Assert.All(glyphs, glyph => Assert.DoesNotContain('#', glyph[..BitmapFont.CellWidth] + glyph[^BitmapFont.CellWidth..]));
    }

    [Fact]
    public void GetVisibleSize_PaddedPicture_IsTheTracksSize()
    {
        var frames = new FrameQueue { Shape = new PictureShape(1280, 720, 1) };

        Assert.Equal((1280u, 720u), frames.GetVisibleSize(1280, 738));
        Assert.Equal((720u, 1280u), frames.GetVisibleSize(736, 1282));
        Assert.Equal((640u, 368u), frames.GetVisibleSize(640, 368));
    }

    [Fact]
    public void TryTake_AfterANewSize_NeverMixesSizes()
    {
        var frames = new FrameQueue();
        Assert.False(frames.TryTake(out _));
        frames.Configure(64, 48);
        frames.Publish();
        Assert.True(frames.TryTake(out var first));
        frames.Configure(32, 16);
        Assert.False(frames.TryTake(out var still));
        Assert.Same(first, still);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal((32, 16), (frames.BeginWrite()!.Width, frames.BeginWrite()!.Height));
            frames.Publish();
            Assert.True(frames.TryTake(out var next));
            Assert.Equal((32, 16), (next!.Width, next.Height));
            Assert.NotSame(next, frames.BeginWrite());
        }
    }

    [Fact]
    public unsafe void Plane_Frame_LiesWithinItsMemory()
    {
        var frame = new VideoFrame(1279, 719);

        var end = frame.Plane(2) + (frame.PitchC * frame.LinesC);
        Assert.Equal(0, (nint)frame.Plane(0) % VideoFrame.Alignment);
        fixed (byte* start = frame.Data)
        {
            Assert.True(frame.Plane(0) >= start);
            Assert.True(end <= start + frame.Data.Length);
        }
    }

    [Theory]
    [InlineData("Live: \"a/b\" & c", "Live---a-b----c-20261121-093005.png")]
    [InlineData("", "peercast-20261121-093005.png")]
    [InlineData("../..", "peercast-20261121-093005.png")]
    public void Next_Title_BecomesASafeFileName(string title, string expected) =>
        Assert.Equal(
            Path.Combine(Path.GetTempPath(), expected), SnapshotPath.Next(Path.GetTempPath(), title, new DateTime(2026, 11, 21, 9, 30, 5)));

    [Theory]
    [InlineData('u', PlayerAction.UploadLimitDown)]
    [InlineData('U', PlayerAction.UploadLimitUp)]
    [InlineData('q', PlayerAction.Quit)]
    [InlineData('\u001b', PlayerAction.Quit)]
    [InlineData('x', PlayerAction.None)]
    public void FromCharacter_Key_HasItsMeaning(char key, object expected) => Assert.Equal(expected, KeyBindings.FromCharacter(key));
}

using Peercast.Player.Media;
using Peercast.Player.Tests.Support;

namespace Peercast.Player.Tests.Media;

public sealed class FragmentParserTests
{
    private const int FuzzInputs = 100_000;

    [Theory]
    [InlineData("h264-aac-720p.mp4", 2, 1280, 720, 600)]
    [InlineData("h264-bframes-gop4s.mp4", 2, 320, 180, 360)]
    [InlineData("h264-noaudio.mp4", 1, 320, 180, 240)]
    public void TryParse_RealFragments_FindsEverySample(string sample, int tracks, int width, int height, int pictures)
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment(sample), maxChunk: int.MaxValue);

        Assert.Equal(tracks, media.Parsed.Tracks.Count);
        Assert.Equal((width, height), (media.Parsed.Picture!.Width, media.Parsed.Picture.Height));
        var video = media.Parsed.Tracks[0].Id;
        long next = 0;
        var found = 0;
        foreach (var (_, bytes) in media.Chunks)
        {
            Assert.True(FragmentParser.TryParse(bytes.Span, media.Parsed, out var fragment));
            foreach (var run in fragment!.Runs.Where(r => r.Track == video))
            {
                Assert.Equal(next, run.DecodeTime);
                next += run.Samples.Sum(s => (long)s.Duration);
                found += run.Samples.Length;
            }
        }

        Assert.Equal(pictures, found);
    }

    [Fact]
    public void TryParse_DataOutsideOfThePart_IsRefused()
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4"), maxChunk: int.MaxValue);
        var part = media.Chunks[0].Bytes;

        Assert.False(FragmentParser.TryParse(part.Span[..^1], media.Parsed, out _));
        Assert.False(FragmentParser.TryParse(default, media.Parsed, out _));
    }

    [Fact]
    public void TryParse_MutatedParts_NeverThrows()
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4"), maxChunk: int.MaxValue);
        // The header is what is parsed; a short rest keeps the inputs small.
        var part = media.Chunks[0].Bytes.ToArray();
        var random = new Random(4711);
        var accepted = 0;
        for (var i = 0; i < FuzzInputs; i++)
        {
            var input = Mutate(random, part, header: 400);
            if (FragmentParser.TryParse(input, media.Parsed, out var fragment))
            {
                accepted++;
                Assert.All(fragment!.Runs, r => Assert.InRange(r.DataOffset + r.Size, 0, input.Length));
            }
        }

        Assert.InRange(accepted, 1, FuzzInputs - 1);
    }

    [Fact]
    public void TryParse_MutatedInit_NeverThrows()
    {
        var init = new FragmentedMedia(Ffmpeg.Fragment("h264-aac-720p.mp4", "-t", "1")).Init.ToArray();
        var random = new Random(4712);
        var accepted = 0;
        for (var i = 0; i < FuzzInputs; i++)
        {
            if (InitSegment.TryParse(Mutate(random, init, init.Length), out var parsed))
            {
                accepted++;
                Assert.NotEmpty(parsed!.Tracks);
                Assert.All(parsed.Tracks, t => Assert.NotEqual(0u, t.TimeScale));
            }
        }

        Assert.InRange(accepted, 1, FuzzInputs - 1);
    }

    [Fact]
    public void TryParse_RandomBytes_NeverThrows()
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4", "-t", "1"));
        var random = new Random(4713);
        for (var i = 0; i < FuzzInputs; i++)
        {
            var input = new byte[random.Next(200)];
            random.NextBytes(input);
            Assert.False(FragmentParser.TryParse(input, media.Parsed, out _));
            Assert.False(InitSegment.TryParse(input, out _));
        }
    }

    private static byte[] Mutate(Random random, byte[] original, int header)
    {
        var input = random.Next(8) == 0 ? original[..random.Next(original.Length)] : original.AsSpan().ToArray();
        for (var changes = random.Next(1, 5); changes > 0 && input.Length > 0; changes--)
        {
            var at = random.Next(Math.Min(header, input.Length));
            input[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(input[at] ^ (1 << random.Next(8))),
                _ => random.Next(2) == 0 ? (byte)0 : (byte)255,
            };
        }

        return input;
    }
}

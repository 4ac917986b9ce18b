using Peercast.Origin.Media;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tests.Channels;

/// <summary>Parts without a codec in them: times, keyframes and sizes as the test wants them.</summary>
internal static class SyntheticMedia
{
    public const int Timescale = 1000;
    private const int SequenceAt = 8;
    private const int DecodeTimeAt = 16;

    public static InitSegment Init(byte tag = 0, long editShift = 0)
    {
        byte[] bytes = [1, 2, 3, tag];
        var track = new TrackInfo(1, IsVideo: true, Timescale, editShift, "avc1.64001f", 640, 360, 0, 0);
        return new InitSegment(bytes, Hash256.Of(bytes), [track]);
    }

    public static Part Part(InitSegment init, long time, int duration = 200, bool keyframe = false, int size = 100)
    {
        byte[] bytes = new byte[size];
        new Random((int)time).NextBytes(bytes);
        var fragment = new TrackFragment(init.Tracks[0], time, DecodeTimeAt, DecodeTimeIsWide: true, duration, 5, keyframe);
        return new Part(bytes, new MovieFragment(SequenceAt, [fragment]), init);
    }

    /// <summary>Parts of 200 ms, a keyframe every five.</summary>
    public static IEnumerable<Part> Parts(InitSegment init, int count, int size = 100) =>
        Enumerable.Range(0, count).Select(i => Part(init, i * 200, keyframe: i % 5 == 0, size: size));
}

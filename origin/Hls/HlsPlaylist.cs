using System.Globalization;
using System.Text;
using Peercast.Origin.Channels;

namespace Peercast.Origin.Hls;

/// <summary>Playlists (RFC 8216) for players that know nothing of neighbors.</summary>
internal static class HlsPlaylist
{
    /// <summary>The master playlist: the one rendition.</summary>
    public static string Master(Channel channel)
    {
        Media.InitSegment? init = channel.Store.LatestInit?.Segment;
        var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");

        // BANDWIDTH is a peak: a segment's rate may well be half as much again as the mean.
        long mean = Math.Max(channel.Store.Bitrate, 1);
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-STREAM-INF:BANDWIDTH={mean * 3 / 2},AVERAGE-BANDWIDTH={mean}");
        if (init is { Codecs.Length: > 0 })
        {
            text.Append(CultureInfo.InvariantCulture, $",CODECS=\"{init.Codecs}\"");
        }

        if (init?.Video is { Width: > 0 } video)
        {
            text.Append(CultureInfo.InvariantCulture, $",RESOLUTION={video.Width}x{video.Height}");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n{Channel.MainRendition}/index.m3u8\n").ToString();
    }

    /// <summary>The media playlist.</summary>
    /// <param name="segments">All that are kept and whole.</param>
    /// <param name="complete">No more will come.</param>
    /// <param name="recorded">All segments from the start are kept, for ever.</param>
    /// <returns><see langword="null"/> when no segment is whole yet.</returns>
    public static string? Media(IReadOnlyList<SegmentInfo> segments, bool complete, bool recorded)
    {
        if (segments.Count == 0)
        {
            return null;
        }

        double longest = segments.Max(Seconds);
        SegmentInfo first = segments[0];
        var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-TARGETDURATION:{Math.Max(1, (int)Math.Round(longest, MidpointRounding.AwayFromZero))}\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MEDIA-SEQUENCE:{first.Number}\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-DISCONTINUITY-SEQUENCE:{first.Discontinuities - (first.IsDiscontinuity ? 1 : 0)}\n");
        if (recorded)
        {
            text.Append(complete ? "#EXT-X-PLAYLIST-TYPE:VOD\n" : "#EXT-X-PLAYLIST-TYPE:EVENT\n");
        }

        int init = -1;
        for (int i = 0; i < segments.Count; i++)
        {
            SegmentInfo segment = segments[i];
            if (segment.IsDiscontinuity)
            {
                text.Append("#EXT-X-DISCONTINUITY\n");
            }

            if (segment.InitIndex != init)
            {
                init = segment.InitIndex;
                text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MAP:URI=\"init-{init}.mp4\"\n");
            }

            if (!recorded && (i == 0 || segment.IsDiscontinuity))
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"#EXT-X-PROGRAM-DATE-TIME:{DateTimeOffset.FromUnixTimeMilliseconds(segment.WallClock):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"#EXTINF:{Seconds(segment):0.000000},\nseg-{segment.Number}.m4s\n");
        }

        return text.Append(complete ? "#EXT-X-ENDLIST\n" : "").ToString();
    }

    private static double Seconds(SegmentInfo segment) => Math.Max((segment.End - segment.Start).Seconds, 0.001);
}

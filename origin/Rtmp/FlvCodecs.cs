using System.Text;

namespace Peercast.Origin.Rtmp;

/// <summary>The codecs of FLV tags by ffmpeg's names, and which of them cannot be taken.</summary>
internal static class FlvCodecs
{
    /// <summary>H.264 as a video codec.</summary>
    public const int Avc = 7;

    /// <summary>AAC as an audio format.</summary>
    public const int Aac = 10;

    /// <summary>Bytes of a decoder configuration for H.264 up to and with its profile (ISO/IEC 14496-15 section 5.3.3.1).</summary>
    private const int AvcProfileOffset = 6;

    /// <summary>Of a video tag; <see langword="null"/>: not supported.</summary>
    public static string? VideoName(FlvTag tag) => tag.IsEnhancedVideo ? null : tag.VideoCodec switch
    {
        2 => "flv",
        Avc => "h264",
        _ => null,
    };

    /// <summary>Of an audio tag; <see langword="null"/>: not supported.</summary>
    public static string? AudioName(FlvTag tag) => tag.AudioFormat switch
    {
        0 or 3 => tag.AudioFormat == 3 || (tag.Head & 2) != 0 ? "pcm_s16le" : "pcm_u8",
        2 or 14 => "mp3",
        4 or 5 or 6 => "nellymoser",
        7 => "pcm_alaw",
        8 => "pcm_mulaw",
        Aac => "aac",
        11 => "speex",
        _ => null,
    };

    /// <summary>The pixel format that an H.264 decoder configuration's profile implies.</summary>
    public static string PixelFormat(FlvTag sequenceHeader)
    {
        ReadOnlySpan<byte> body = sequenceHeader.Body.Span;
        return body.Length <= AvcProfileOffset ? "yuv420p" : body[AvcProfileOffset] switch
        {
            110 => "yuv420p10le",
            122 => "yuv422p10le",
            244 or 44 => "yuv444p",
            _ => "yuv420p",
        };
    }

    /// <summary>What to tell a publisher whose tag cannot be taken; <see langword="null"/> when it can.</summary>
    public static string? Refusal(FlvTag tag)
    {
        if (tag.Body.IsEmpty)
        {
            return null;
        }

        return tag.Type switch
        {
            RtmpMessageType.Video when tag.Head >> 4 != 5 && VideoName(tag) is null =>
                $"Unsupported video codec {Describe(tag)}: set the encoder to H.264.",
            RtmpMessageType.Audio when AudioName(tag) is null =>
                $"Unsupported audio codec {(tag.AudioFormat == 9 ? FourCc(tag.Body.Span) : tag.AudioFormat)}: set the encoder to AAC.",
            _ => null,
        };
    }

    private static string Describe(FlvTag tag) => tag.IsEnhancedVideo
        ? FourCc(tag.Body.Span)
        : tag.VideoCodec switch { 3 => "Screen video", 4 or 5 => "VP6", 12 => "HEVC", int other => $"number {other}" };

    // Enhanced RTMP names codecs by four letters, such as hvc1, av01, vp09 or Opus.
    private static string FourCc(ReadOnlySpan<byte> body)
    {
        if (body.Length < 5)
        {
            return "of enhanced RTMP";
        }

        foreach (byte letter in body[1..5])
        {
            if (!char.IsAsciiLetterOrDigit((char)letter))
            {
                return "of enhanced RTMP";
            }
        }

        return Encoding.ASCII.GetString(body[1..5]);
    }
}

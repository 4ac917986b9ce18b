namespace Peercast.Origin.Ingest;

/// <summary>The codecs of an input, by ffmpeg's names.</summary>
/// <param name="VideoCodec">For example "h264".</param>
/// <param name="PixelFormat">For example "yuv420p", or <see langword="null"/> where unknown.</param>
/// <param name="AudioCodec">For example "aac"; <see langword="null"/> without audio.</param>
/// <param name="Format">ffmpeg's name of the container, or <see langword="null"/> where unknown.</param>
internal sealed record MediaProfile(string VideoCodec, string? PixelFormat, string? AudioCodec, string? Format = null)
{
    /// <summary>The video goes through untouched: every player takes 8-bit 4:2:0 H.264.</summary>
    public bool PassesVideo => VideoCodec is "h264" && PixelFormat is null or "yuv420p" or "yuvj420p";

    /// <summary>
    /// AAC may come framed for transport (ADTS), which MP4 has no place for, and is to be unframed. Containers that hold it
    /// bare are named; of others one cannot know. The filter for it dies at the first end of a file that ffmpeg loops by
    /// itself, so it is for where it is needed only.
    /// </summary>
    public bool MayFrameAudio => AudioCodec is "aac" && Format is not (null or "flv" or "mov,mp4,m4a,3gp,3g2,mj2" or "matroska,webm");

    /// <summary>The audio goes through untouched, or there is none.</summary>
    public bool PassesAudio => AudioCodec is null or "aac";
}

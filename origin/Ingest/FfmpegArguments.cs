using System.Globalization;

namespace Peercast.Origin.Ingest;

/// <summary>
/// The command lines. Only fixed words, numbers and, for file channels, a path from the operator's configuration: nothing
/// that a publisher sends gets here. Never <c>-listen</c> (takes any stream key) nor <c>-fflags nobuffer</c> (loses the
/// first group of pictures).
/// </summary>
internal static class FfmpegArguments
{
    /// <summary>Containers with all media inside; none that names other files or addresses (hls, dash, concat, image sequences).</summary>
    private const string Formats = "mov,mp4,matroska,webm,mpegts,mpeg,flv,avi,ogg,asf,h264,hevc,m4v,mpegvideo,nut,mxf,ivf,wtv,dv,rm,gxf,y4m,yuv4mpegpipe";

    private const string Codecs =
        "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,av1,libdav1d,libaom-av1,mpeg1video,mpeg2video,mpeg4,msmpeg4,h263,flv,mjpeg,theora,prores,dnxhd,vc1,wmv2,wmv3,rawvideo,"
        + "ffv1,dvvideo,aac,aac_latm,mp3,mp3float,mp2,mp2float,mp1,mp1float,opus,libopus,vorbis,libvorbis,ac3,eac3,flac,alac,dca,wmav2,speex,libspeex,nellymoser,"
        + "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_u8,pcm_alaw,pcm_mulaw";

    /// <summary>Pictures between keyframes follow from the time, not from the frame rate.</summary>
    private const string KeyframeEachSecond = "expr:gte(t,n_forced*1)";

    /// <summary>Reads a container on standard input, and tells what is inside as JSON.</summary>
    public static IReadOnlyList<string> ProbePipe() => Probe("pipe", "pipe:0");

    /// <summary>Reads a file, and tells what is inside as JSON.</summary>
    public static IReadOnlyList<string> ProbeFile(string path) => Probe("file", "file:" + path);

    /// <summary>Fragmented MP4 on standard output from a container on standard input.</summary>
    /// <param name="format">The container, by ffmpeg's name; <see langword="null"/> to find out.</param>
    /// <param name="profile">What is inside.</param>
    /// <param name="partMs">Length of a part.</param>
    public static IReadOnlyList<string> FromPipe(string? format, MediaProfile profile, int partMs)
    {
        // The profile is known: ffmpeg need not look for long, and starts sooner.
        List<string> arguments = [.. Common("pipe"), "-analyzeduration", "2000000", "-probesize", "2000000"];
        if (format is not null)
        {
            arguments.AddRange(["-f", format]);
        }

        return [.. arguments, "-i", "pipe:0", .. Output(profile, partMs)];
    }

    /// <summary>Fragmented MP4 on standard output from a file, as fast as the output is read.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="loop">Without end.</param>
    /// <param name="profile">What is inside.</param>
    /// <param name="partMs">Length of a part.</param>
    public static IReadOnlyList<string> FromFile(string path, bool loop, MediaProfile profile, int partMs)
    {
        string[] looping = loop ? ["-stream_loop", "-1"] : [];
        return ["-nostdin", .. Common("file"), .. looping, "-i", "file:" + path, .. Output(profile, partMs)];
    }

    private static string[] Common(string protocol) =>
    [
        "-hide_banner", "-loglevel", "warning", "-protocol_whitelist", protocol, "-format_whitelist", Formats, "-codec_whitelist", Codecs,
    ];

    private static string[] Probe(string protocol, string input) =>
    [
        "-hide_banner", "-loglevel", "error", "-protocol_whitelist", protocol, "-format_whitelist", Formats, "-codec_whitelist", Codecs,
        "-show_entries", "stream=codec_type,codec_name,pix_fmt:stream_disposition=attached_pic:format=format_name", "-of", "json", "-i", input,
    ];

    private static List<string> Output(MediaProfile profile, int partMs)
    {
        // "V" leaves out cover pictures.
        List<string> arguments = ["-map", "0:V:0", "-map", "0:a:0?", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"];
        arguments.AddRange(profile.PassesVideo
            ? ["-c:v", "copy"]
            :
            [
                "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-crf", "23", "-maxrate", "6M", "-bufsize", "6M",
                "-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2", "-force_key_frames", KeyframeEachSecond,
            ]);

        arguments.AddRange(profile.PassesAudio ? ["-c:a", "copy"] : ["-c:a", "aac", "-b:a", "128k", "-ac", "2"]);
        if (profile.MayFrameAudio)
        {
            arguments.AddRange(["-bsf:a", "aac_adtstoasc"]);
        }

        // delay_moov lets the muxer see the first packets, so that it knows codec parameters that only they carry.
        arguments.AddRange(
        [
            "-max_muxing_queue_size", "1024", "-f", "mp4", "-movflags", "+delay_moov+default_base_moof+frag_keyframe+skip_trailer",
            "-frag_duration", (partMs * 1000).ToString(CultureInfo.InvariantCulture), "-flush_packets", "1", "pipe:1",
        ]);
        return arguments;
    }
}

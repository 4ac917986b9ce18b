using System.Runtime.InteropServices;

namespace Peercast.Player.Native;

/// <summary>The functions of libvlc 3 that the player uses, as <c>vlc/libvlc*.h</c> declares them.</summary>
/// <remarks>Every import here is checked against the installed library's symbols by a test.</remarks>
internal static unsafe partial class LibVlc
{
    /// <summary>The name that <see cref="NativeComponent"/> resolves.</summary>
    public const string Library = "vlc";

    /// <summary>libvlc_media_t statistics, libvlc_media_stats_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MediaStatistics
    {
        public int ReadBytes;
        public float InputBitrate;
        public int DemuxReadBytes;
        public float DemuxBitrate;
        public int DemuxCorrupted;
        public int DemuxDiscontinuity;
        public int DecodedVideo;
        public int DecodedAudio;
        public int DisplayedPictures;
        public int LostPictures;
        public int PlayedAudioBuffers;
        public int LostAudioBuffers;
        public int SentPackets;
        public int SentBytes;
        public float SendBitrate;
    }

    [LibraryImport(Library, EntryPoint = "libvlc_new")]
    public static partial nint New(int argc, byte** argv);

    [LibraryImport(Library, EntryPoint = "libvlc_release")]
    public static partial void Release(nint instance);

    [LibraryImport(Library, EntryPoint = "libvlc_log_unset")]
    public static partial void LogUnset(VlcInstanceHandle instance);

    [LibraryImport(Library, EntryPoint = "libvlc_get_version")]
    public static partial nint GetVersion();

    [LibraryImport(Library, EntryPoint = "libvlc_media_new_callbacks")]
    public static partial VlcMediaHandle MediaNewCallbacks(
        VlcInstanceHandle instance,
        delegate* unmanaged<nint, nint*, ulong*, int> open,
        delegate* unmanaged<nint, byte*, nint, nint> read,
        delegate* unmanaged<nint, ulong, int> seek,
        delegate* unmanaged<nint, void> close,
        nint opaque);

    [LibraryImport(Library, EntryPoint = "libvlc_media_add_option", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void MediaAddOption(VlcMediaHandle media, string option);

    [LibraryImport(Library, EntryPoint = "libvlc_media_release")]
    public static partial void MediaRelease(nint media);

    [LibraryImport(Library, EntryPoint = "libvlc_media_get_stats")]
    public static partial int MediaGetStatistics(VlcMediaHandle media, out MediaStatistics statistics);

    [LibraryImport(Library, EntryPoint = "libvlc_media_player_new")]
    public static partial VlcPlayerHandle PlayerNew(VlcInstanceHandle instance);

    [LibraryImport(Library, EntryPoint = "libvlc_media_player_release")]
    public static partial void PlayerRelease(nint player);

    [LibraryImport(Library, EntryPoint = "libvlc_media_player_set_media")]
    public static partial void PlayerSetMedia(VlcPlayerHandle player, VlcMediaHandle media);

    [LibraryImport(Library, EntryPoint = "libvlc_media_player_play")]
    public static partial int PlayerPlay(VlcPlayerHandle player);

    [LibraryImport(Library, EntryPoint = "libvlc_media_player_set_pause")]
    public static partial void PlayerSetPause(VlcPlayerHandle player, int pause);

    [LibraryImport(Library, EntryPoint = "libvlc_media_player_stop")]
    public static partial void PlayerStop(VlcPlayerHandle player);

    [LibraryImport(Library, EntryPoint = "libvlc_media_player_get_state")]
    public static partial int PlayerGetState(VlcPlayerHandle player);

    [LibraryImport(Library, EntryPoint = "libvlc_audio_set_volume")]
    public static partial int AudioSetVolume(VlcPlayerHandle player, int percent);

    [LibraryImport(Library, EntryPoint = "libvlc_audio_set_mute")]
    public static partial void AudioSetMute(VlcPlayerHandle player, int mute);

    [LibraryImport(Library, EntryPoint = "libvlc_video_take_snapshot", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int VideoTakeSnapshot(VlcPlayerHandle player, uint output, string path, uint width, uint height);

    [LibraryImport(Library, EntryPoint = "libvlc_video_set_callbacks")]
    public static partial void VideoSetCallbacks(
        VlcPlayerHandle player,
        delegate* unmanaged<nint, void**, nint> @lock,
        delegate* unmanaged<nint, nint, void**, void> unlock,
        delegate* unmanaged<nint, nint, void> display,
        nint opaque);

    [LibraryImport(Library, EntryPoint = "libvlc_video_set_format_callbacks")]
    public static partial void VideoSetFormatCallbacks(
        VlcPlayerHandle player,
        delegate* unmanaged<nint*, byte*, uint*, uint*, uint*, uint*, uint> setup,
        delegate* unmanaged<nint, void> cleanup);
}

namespace Peercast.Player.Playback;

/// <summary>
/// Decodes and times pictures and plays the sound. The seam behind which another binding of libvlc, or another decoder,
/// could stand. Used by the window's thread, but for <see cref="Enqueue"/> and <see cref="EndOfSources"/>, which any thread
/// may call.
/// </summary>
internal interface IVideoPlayer : IDisposable
{
    /// <summary>Where the pictures go.</summary>
    FrameQueue Frames { get; }

    /// <summary>Plays this when all that was enqueued before has been played or aborted.</summary>
    void Enqueue(MediaPipe source);

    /// <summary>Nothing follows what was enqueued, unless something is enqueued again.</summary>
    void EndOfSources();

    /// <summary>Goes on to the next source where the present one has ended. To be called several times a second.</summary>
    void Poll();

    /// <summary>All sources have been played, and <see cref="EndOfSources"/> was said.</summary>
    bool IsFinished { get; }

    /// <summary>The last source could not be decoded.</summary>
    bool HasFailed { get; }

    /// <summary>Holds picture and sound.</summary>
    bool IsPaused { get; set; }

    /// <summary>In percent, 0 to 100.</summary>
    int Volume { get; set; }

    /// <summary>No sound.</summary>
    bool IsMuted { get; set; }

    /// <summary>The picture of the present source; null before the first and without one.</summary>
    PictureShape? Shape { get; }

    /// <summary>What has been decoded and shown since the start.</summary>
    VideoStatistics Statistics { get; }

    /// <summary>Writes the picture on screen as PNG; false when there is none or it cannot be written.</summary>
    bool TryTakeSnapshot(string path);
}

/// <summary>Counters of the decoder and its clock.</summary>
/// <param name="Decoded">What went through the decoder; more than 0 once anything could be decoded. libvlc 3 counts pictures twice.</param>
/// <param name="Displayed">Pictures shown in time.</param>
/// <param name="Lost">Pictures that came too late to be shown.</param>
internal readonly record struct VideoStatistics(long Decoded, long Displayed, long Lost)
{
    /// <summary>Lost over displayed and lost; 0 when there were none.</summary>
    public double LostRatio => Displayed + Lost == 0 ? 0 : (double)Lost / (Displayed + Lost);
}

namespace Peercast.Origin.Ingest;

/// <summary>What a publisher sends, to be poured into ffmpeg.</summary>
internal interface IMediaSource
{
    /// <summary>For logs: the kind and the remote address, never a secret.</summary>
    string Description { get; }

    /// <summary>ffmpeg's name of the container (<c>-f</c>), for example "flv"; <see langword="null"/> to let ffmpeg find out.</summary>
    string? FfmpegInputFormat { get; }

    /// <summary>
    /// <see cref="CopyToAsync"/> can be called again after ffmpeg died, and then begins with whatever headers the
    /// container needs and goes on with what the publisher sends now.
    /// </summary>
    bool CanResume { get; }

    /// <summary>
    /// What is inside, known before any ffmpeg runs: decides between passing through and transcoding. Waits for the
    /// publisher's first bytes where needed.
    /// </summary>
    /// <exception cref="IngestException">It is no video; the message says what is wrong.</exception>
    Task<MediaProfile> DescribeAsync(CancellationToken cancellation);

    /// <summary>
    /// Writes the container's bytes until the publisher ends, and returns then. Awaiting each write gives the
    /// publisher the origin's back-pressure.
    /// </summary>
    /// <exception cref="IOException">ffmpeg closed its input; let it pass.</exception>
    Task CopyToAsync(Stream ffmpegStdin, CancellationToken cancellation);
}

namespace Peercast.Origin;

/// <summary>One channel, configured under <c>Peercast:Channels:{name}</c>.</summary>
public sealed class ChannelOptions
{
    /// <summary>Shown to people. Default: the channel's name.</summary>
    public string? Title { get; set; }

    /// <summary>
    /// A video file, or a folder whose files play one after another by name. Default: none, and the channel waits for a
    /// publisher (RTMP or HTTP push).
    /// </summary>
    public string? File { get; set; }

    /// <summary>
    /// Begin again when <see cref="File"/> is over. Default: true. Without it a live channel goes offline at the end.
    /// Has no effect without a file, nor with <see cref="Once"/>.
    /// </summary>
    public bool Loop { get; set; } = true;

    /// <summary>
    /// Make a recorded channel of <see cref="File"/>: taken in as fast as the machine can, complete and seekable from then
    /// on. Default: false.
    /// </summary>
    public bool Once { get; set; }

    /// <summary>
    /// The publisher's secret, at least 8 characters. Default: a random one, created once and kept in the data folder.
    /// Has no effect with a file.
    /// </summary>
    public string? StreamKey { get; set; }

    internal bool IsRecorded => File is { Length: > 0 } && Once;

    internal bool IsPublished => File is not { Length: > 0 };
}

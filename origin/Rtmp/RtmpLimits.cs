namespace Peercast.Origin.Rtmp;

/// <summary>Bounds of one RTMP connection.</summary>
internal static class RtmpLimits
{
    /// <summary>Longest message of a publisher that was let in: more than any picture.</summary>
    public const int MessageLength = 8 * 1024 * 1024;

    /// <summary>Longest message before that: commands.</summary>
    public const int CommandLength = 64 * 1024;

    /// <summary>Bytes of incomplete messages, all chunk streams together.</summary>
    public const int IncompleteBytes = 12 * 1024 * 1024;

    /// <summary>Chunk streams.</summary>
    public const int ChunkStreams = 64;

    /// <summary>Nesting of AMF0 values.</summary>
    public const int AmfDepth = 16;

    /// <summary>AMF0 values in one message.</summary>
    public const int AmfValues = 1024;

    /// <summary>Bytes of media that wait for ffmpeg before the publisher is no longer read from.</summary>
    public const int QueuedBytes = 16 * 1024 * 1024;

    /// <summary>From the first byte to the end of the handshake.</summary>
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>From the first byte to publishing. As a whole, so that one byte now and then does not keep a place.</summary>
    public static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Between two reads while publishing. Short: the publisher that returns is refused until then.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(15);

    /// <summary>For the publisher to take an answer.</summary>
    public static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For the publisher to read why it was refused, and close.</summary>
    public static readonly TimeSpan LingerTimeout = TimeSpan.FromSeconds(2);
}

namespace Peercast.Origin.Media;

/// <summary>Why the bytes of an ingest were not taken.</summary>
internal enum MediaError
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>A top-level box has an impossible size: the stream is not ISO media or lost its place.</summary>
    BadBoxSize,

    /// <summary>A top-level box is larger than the origin takes.</summary>
    BoxTooLarge,

    /// <summary>The movie box cannot be read or has no video track that can be played.</summary>
    BadInit,

    /// <summary>A fragment came before any movie box.</summary>
    NoInit,

    /// <summary>A movie fragment box cannot be read.</summary>
    BadFragment,

    /// <summary>Media data without a fragment before it, or a fragment without media data.</summary>
    Unpaired,

    /// <summary>The stream ended inside a box.</summary>
    Truncated,
}

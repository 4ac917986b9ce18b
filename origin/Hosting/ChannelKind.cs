namespace Peercast.Origin;

/// <summary>What kind of broadcast a channel is.</summary>
public enum ChannelKind
{
    /// <summary>Goes on without an end; the last seconds are kept.</summary>
    Live,

    /// <summary>Files taken in once; complete and seekable afterwards.</summary>
    Recorded,
}

/// <summary>What a channel is doing.</summary>
public enum ChannelState
{
    /// <summary>Nobody publishes to it.</summary>
    Offline,

    /// <summary>New chunks are being made.</summary>
    Live,

    /// <summary>A recorded channel that is complete: no chunk will follow.</summary>
    Ended,
}

namespace Peercast.WebRtc.DataChannels;

/// <summary>What a handler of the application is yet to be told.</summary>
internal readonly record struct ChannelEvent(ChannelEventKind Kind, DataChannel Channel)
{
    /// <summary>The message in a buffer from the shared pool; given back once the event has been raised.</summary>
    public byte[]? Buffer { get; init; }

    public int Length { get; init; }

    public bool IsText { get; init; }
}

internal enum ChannelEventKind
{
    /// <summary>The peer opened a channel.</summary>
    Received,
    Opened,
    Message,
    BufferedAmountLow,
    Closed,
}

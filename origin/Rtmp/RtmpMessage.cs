namespace Peercast.Origin.Rtmp;

/// <summary>One RTMP message, put together from its chunks.</summary>
/// <param name="Type">See <see cref="RtmpMessageType"/>; others occur.</param>
/// <param name="Timestamp">Milliseconds, wrapping at 2^32.</param>
/// <param name="StreamId">The message stream.</param>
/// <param name="Body">Its bytes, this message's own.</param>
internal readonly record struct RtmpMessage(RtmpMessageType Type, uint Timestamp, uint StreamId, ReadOnlyMemory<byte> Body);

/// <summary>Message types, RTMP specification 1.0 sections 5.4 and 7.1.</summary>
internal enum RtmpMessageType : byte
{
    /// <summary>The largest chunk that the sender makes from now on.</summary>
    SetChunkSize = 1,

    /// <summary>The incomplete message of a chunk stream will not be continued.</summary>
    Abort = 2,

    /// <summary>How many bytes were received.</summary>
    Acknowledgement = 3,

    /// <summary>Stream begin, ping and other events.</summary>
    UserControl = 4,

    /// <summary>After how many bytes the receiver acknowledges.</summary>
    WindowAcknowledgementSize = 5,

    /// <summary>How many unacknowledged bytes the receiver may send.</summary>
    SetPeerBandwidth = 6,

    /// <summary>An FLV audio tag's body.</summary>
    Audio = 8,

    /// <summary>An FLV video tag's body.</summary>
    Video = 9,

    /// <summary>Metadata in AMF3.</summary>
    DataAmf3 = 15,

    /// <summary>A command in AMF3, in practice AMF0 after a zero byte.</summary>
    CommandAmf3 = 17,

    /// <summary>Metadata in AMF0.</summary>
    Data = 18,

    /// <summary>A command in AMF0.</summary>
    Command = 20,

    /// <summary>Several FLV tags in one message.</summary>
    Aggregate = 22,
}

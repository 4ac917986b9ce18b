using Peercast.WebRtc.Sctp.Chunks;
using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Sctp;

/// <summary>A DATA chunk that has been sent and is not yet cumulatively acknowledged.</summary>
internal struct OutstandingChunk
{
    public OutgoingMessage Message;
    public TimeSpan SentAt;

    /// <summary>Counts transmissions across the association: which of two was later, even in the same instant.</summary>
    public long Order;

    /// <summary>What had been delivered when it was last transmitted.</summary>
    public DeliveryStamp Stamp;

    public int Offset;
    public int Length;
    public int Transmissions;
    public OutstandingState State;

    /// <summary>The peer was free to wait before it acknowledged the last transmission, which thus tells no round-trip time.</summary>
    public bool AnswerMayWait;

    /// <summary>The TSNs of the neighbors in the list of chunks in flight, which is in the order of transmission.</summary>
    public uint Earlier;
    public uint Later;

    /// <summary>Adds the DATA chunk to a packet that has room for it.</summary>
    public readonly void Write(ref PacketBuilder packet, uint tsn, bool immediate)
    {
        int flags = (Offset == 0 ? DataChunk.BeginFlag : 0)
            | (Offset + Length == Message.Length ? DataChunk.EndFlag : 0)
            | (Message.IsUnordered ? DataChunk.UnorderedFlag : 0)
            | (immediate ? DataChunk.ImmediateFlag : 0);
        new DataChunk((byte)flags, tsn, Message.StreamId, Message.Ssn, Message.Ppid, Message.Fragment(Offset, Length)).Write(ref packet);
    }
}

/// <summary>What is known of a chunk.</summary>
internal enum OutstandingState : byte
{
    /// <summary>Sent, and not known to have arrived or to be lost.</summary>
    InFlight,

    /// <summary>The peer reported it in a gap block; it may still renege.</summary>
    Acknowledged,

    /// <summary>Deemed lost, waiting for its retransmission.</summary>
    Lost,

    /// <summary>Given up; FORWARD TSN will carry the peer over it.</summary>
    Abandoned,
}

namespace Peercast.Simulation.Kernel;

/// <summary>What can happen to an actor.</summary>
internal enum EventKind : byte
{
    /// <summary>A viewer opens the player.</summary>
    Begin,

    /// <summary>A viewer closes the player.</summary>
    Leave,

    /// <summary>A viewer's machine stops without a word: nothing goes in or out any more.</summary>
    FallSilent,

    /// <summary>A viewer of a recording jumps; the number is the fraction of the channel in millionths.</summary>
    Seek,

    /// <summary>A viewer's figures are taken.</summary>
    Sample,

    /// <summary>A viewer reports to the tracker.</summary>
    Report,

    /// <summary>A control message; the number is the receiver's name for the connection.</summary>
    Control,

    /// <summary>A message on the data channel; the number is the receiver's name for the connection.</summary>
    Data,

    /// <summary>As <see cref="Data"/>, after it waited for the downlink.</summary>
    DataThroughDownlink,

    /// <summary>Both channels of a connection are open; the number is the key that both ends know.</summary>
    Connected,

    /// <summary>An attempt to connect has had its time; the number is the key.</summary>
    ConnectTimeout,

    /// <summary>The other side closed a connection; the number is the key.</summary>
    Closed,

    /// <summary>A message from or to the tracker; from a viewer, the number is its connection.</summary>
    Signaling,

    /// <summary>A neighbor passed on a message of another peer, whose id is the number.</summary>
    RelayedSignal,

    /// <summary>A viewer's connection to the tracker ended.</summary>
    SignalingLost,

    /// <summary>A request to the origin, see <see cref="Origin.OriginRequest"/>.</summary>
    OriginRequest,

    /// <summary>A fetch is no longer wanted.</summary>
    OriginCancel,

    /// <summary>A batch from the origin.</summary>
    OriginBatch,

    /// <summary>A chunk from the origin; the number is its id.</summary>
    OriginChunk,

    /// <summary>As <see cref="OriginChunk"/>, after it waited for the downlink.</summary>
    OriginChunkThroughDownlink,

    /// <summary>A reply of the origin ended.</summary>
    OriginReplyEnd,

    /// <summary>The origin finished a part.</summary>
    PartComplete,

    /// <summary>The origin's own condition changes, see <see cref="Origin.OriginCondition"/>.</summary>
    OriginConditionChange,

    /// <summary>A long poll at the origin has waited long enough.</summary>
    PollExpired,

    /// <summary>The engine wants a connection; the number is the peer.</summary>
    ConnectWanted,

    /// <summary>The media could not be joined: again.</summary>
    JoinAgain,
}

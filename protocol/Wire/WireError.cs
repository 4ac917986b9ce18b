namespace Peercast.Protocol.Wire;

/// <summary>Why bytes are no message of the protocol.</summary>
internal enum WireError
{
    /// <summary>They are one.</summary>
    None,

    /// <summary>No bytes, or fewer or more than the message has by its type and its own counts.</summary>
    Length,

    /// <summary>No such message type.</summary>
    UnknownType,

    /// <summary>A version that is not spoken here.</summary>
    Version,

    /// <summary>A field outside its range, or fields that contradict each other.</summary>
    Value,
}

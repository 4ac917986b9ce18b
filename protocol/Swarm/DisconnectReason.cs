namespace Peercast.Protocol.Swarm;

/// <summary>Why the session drops a neighbor.</summary>
public enum DisconnectReason
{
    /// <summary>The session ends.</summary>
    Leaving,

    /// <summary>It sent bytes that are no message of the protocol, or broke the protocol's rules.</summary>
    ProtocolError,

    /// <summary>It speaks another version or belongs to another swarm.</summary>
    Incompatible,

    /// <summary>It sent a chunk whose hash is wrong, or a batch whose signature is: banned for good.</summary>
    CorruptData,

    /// <summary>It has said nothing for too long.</summary>
    Silent,

    /// <summary>There are neighbors enough, or a better one takes its place.</summary>
    Replaced,
}

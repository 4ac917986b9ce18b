namespace Peercast.Protocol.Swarm;

/// <summary>What became of a batch.</summary>
internal enum BatchVerdict
{
    /// <summary>Verified and new.</summary>
    Added,

    /// <summary>Byte for byte one that was verified before.</summary>
    Known,

    /// <summary>Genuine, but none of its chunks is of interest.</summary>
    Outside,

    /// <summary>Malformed, of another channel, or not signed by its key.</summary>
    Wrong,
}

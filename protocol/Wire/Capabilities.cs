namespace Peercast.Protocol.Wire;

/// <summary>What a peer can do beyond the minimum; bits that are not known are ignored.</summary>
[Flags]
internal enum Capabilities : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It passes RELAY messages on and takes them.</summary>
    Relay = 1,

    /// <summary>It gives chunks; without this bit it is not asked for any.</summary>
    Upload = 2,
}

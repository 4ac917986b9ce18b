namespace Peercast.Protocol.Scheduling;

/// <summary>What <see cref="PeerSelector"/> looks at in one neighbor.</summary>
internal struct SupplierState
{
    /// <summary>Seconds from a request to its last fragment, smoothed.</summary>
    public double ServiceSeconds;

    /// <summary>Requests under way.</summary>
    public int Outstanding;
}

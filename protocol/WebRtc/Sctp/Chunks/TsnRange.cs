namespace Peercast.WebRtc.Sctp.Chunks;

/// <summary>A run of TSNs, both ends included.</summary>
internal readonly record struct TsnRange(uint First, uint Last);

namespace Peercast.Origin.Egress;

/// <summary>Who media is sent to; whoever comes first here goes first on the line.</summary>
internal enum EgressClass
{
    /// <summary>To those who watch: what no neighbor brings in time, and the seeds' copies, which save many of those.</summary>
    Watching,

    /// <summary>The first media of those who join.</summary>
    Joining,

    /// <summary>To players that know nothing of neighbors, and would take all there is.</summary>
    Hls,
}

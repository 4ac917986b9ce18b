using System.Collections.Immutable;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>Introduces viewers to each other and hands out seed duty.</summary>
internal sealed class VirtualTracker(VirtualSwarm swarm)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(30);

    private readonly List<VirtualViewer> _viewers = [];
    private long _version;

    /// <summary>Says nothing any more.</summary>
    public bool IsGone { get; set; }

    public int Copies { get; init; } = 1;

    public void Join(VirtualViewer viewer)
    {
        if (IsGone)
        {
            return;
        }

        _viewers.Add(viewer);
        swarm.Time.After(Delay, () => viewer.Call((session, now) => session.Join(now, viewer.Peer)));
        SendSeeds();
    }

    public void Leave(VirtualViewer viewer)
    {
        if (_viewers.Remove(viewer))
        {
            SendSeeds();
        }
    }

    public void WantPeers(VirtualViewer viewer, int count, IReadOnlyList<PeerId> exclude)
    {
        if (IsGone)
        {
            return;
        }

        (PeerId, int)[] peers = _viewers.Where(other => other != viewer && !exclude.Contains(other.Peer))
            .OrderBy(other => RescueRank(viewer, other))
            .Take(count)
            .Select(other => (other.Peer, (int)(other.UplinkBytesPerSecond * 8 / 1000)))
            .ToArray();
        swarm.Time.After(Delay, () => viewer.Call((session, now) => session.CandidatePeers(now, peers)));
    }

    private static ulong RescueRank(VirtualViewer viewer, VirtualViewer other) =>
        Protocol.Scheduling.RescueElection.Rank(new ChunkId((long)viewer.Peer.Value), other.Peer);

    private void SendSeeds() => swarm.Time.After(Delay * 2, () =>
    {
        if (IsGone)
        {
            return;
        }

        long version = ++_version;
        ImmutableArray<(PeerId, double)> seeds = [.. _viewers.Where(viewer => !viewer.GivesNothing).OrderByDescending(viewer => viewer.UplinkBytesPerSecond).ThenBy(viewer => viewer.Peer)
            .Take(64).Select(viewer => (viewer.Peer, viewer.UplinkBytesPerSecond))];
        foreach (VirtualViewer viewer in _viewers)
        {
            viewer.Call((session, now) => session.SetSeeds(now, version, Copies, seeds));
        }
    });
}

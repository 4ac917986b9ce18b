using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>Sessions, an origin and a tracker in virtual time: the same engine as the player's under a driver without sockets.</summary>
internal sealed class VirtualSwarm : IDisposable
{
    private static readonly TimeSpan SetupTime = TimeSpan.FromMilliseconds(150);

    private readonly List<VirtualViewer> _viewers = [];
    private readonly Random _random;
    private readonly int _seed;
    private int _lastNeighbor;

    public VirtualSwarm(int seed, int bitsPerSecond = 1_500_000, int copies = 1)
    {
        _seed = seed;
        _random = new Random(seed);
        Time = new VirtualTime();
        Origin = new VirtualOrigin(Time, seed, bitsPerSecond);
        Tracker = new VirtualTracker(this) { Copies = copies };
        Verifier = Origin.CreateVerifier();
    }

    public VirtualTime Time { get; }

    public VirtualOrigin Origin { get; }

    public VirtualTracker Tracker { get; }

    public ManifestVerifier Verifier { get; }

    public IReadOnlyList<VirtualViewer> Viewers => _viewers;

    /// <summary>Pairs that cannot connect.</summary>
    public Func<VirtualViewer, VirtualViewer, bool> CanConnect { get; set; } = (_, _) => true;

    public VirtualViewer Add(double uplinkMbps = 20, SwarmOptions? options = null)
    {
        var viewer = new VirtualViewer(
            this, new PeerId(_random.NextUInt64()), options ?? new SwarmOptions(), uplinkMbps * 125_000, _seed + _viewers.Count + 1);
        _viewers.Add(viewer);
        return viewer;
    }

    public void Connect(VirtualViewer from, PeerId to)
    {
        VirtualViewer? target = _viewers.Find(viewer => viewer.Peer == to);
        TimeSpan delay = TimeSpan.FromMilliseconds(5 + _random.Next(30));
        if (target is null || target.IsDead || !CanConnect(from, target))
        {
            Time.After(TimeSpan.FromSeconds(3), () => from.Call((session, now) => session.ConnectFailed(now, to)));
            return;
        }

        if (Tracker.IsGone)
        {
            // The offer goes by way of a common neighbor.
            if (!from.Session.TryRelaySignal(Time.Now, to, "offer"u8))
            {
                Time.After(delay, () => from.Call((session, now) => session.ConnectFailed(now, to)));
            }

            return;
        }

        Time.After(delay * 2, () => Offered(from, target, delay));
    }

    /// <summary>A relayed signal arrived.</summary>
    public void Signaled(VirtualViewer target, PeerId from, ReadOnlyMemory<byte> message)
    {
        if (message.Span.SequenceEqual("offer"u8) && _viewers.Find(viewer => viewer.Peer == from) is { } offerer)
        {
            Time.After(TimeSpan.FromMilliseconds(1), () => Offered(offerer, target, TimeSpan.FromMilliseconds(20)));
        }
    }

    public void Run(double untilSeconds) => Time.RunUntil(TimeSpan.FromSeconds(untilSeconds));

    /// <summary>Lets the channel run for a while, then adds equal viewers one after the other.</summary>
    public void JoinAll(int count, double warmUp = 10, double spacing = 0.4, double uplinkMbps = 20, SwarmOptions? options = null)
    {
        Origin.GoLive();
        for (int i = 0; i < count; i++)
        {
            VirtualViewer viewer = Add(uplinkMbps, options);
            Time.At(TimeSpan.FromSeconds(warmUp + (i * spacing)), () => viewer.Join());
        }
    }

    public void Dispose()
    {
        Verifier.Dispose();
        Origin.Dispose();
    }

    private void Offered(VirtualViewer from, VirtualViewer target, TimeSpan delay)
    {
        if (target.IsDead || from.IsDead || !target.Session.AcceptsNeighbor(from.Peer))
        {
            Time.After(delay, () => from.Call((session, now) => session.ConnectFailed(now, target.Peer)));
            return;
        }

        target.Call((session, now) => session.NeighborConnecting(now, from.Peer));
        Time.After(SetupTime, () => Open(from, target, delay));
    }

    private void Open(VirtualViewer from, VirtualViewer target, TimeSpan delay)
    {
        var there = new VirtualLink(from, target, ++_lastNeighbor, delay);
        var back = new VirtualLink(target, from, ++_lastNeighbor, delay);
        there.ReceiverNeighbor = back.SenderNeighbor;
        back.ReceiverNeighbor = there.SenderNeighbor;
        from.Attach(there, target.Peer, weOffered: true);
        target.Attach(back, from.Peer, weOffered: false);
    }
}

internal static class RandomExtensions
{
    public static ulong NextUInt64(this Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue);
}

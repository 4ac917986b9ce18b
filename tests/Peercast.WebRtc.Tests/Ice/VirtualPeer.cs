using System.Net;
using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.Tests.Ice;

/// <summary>An agent with its addresses, and what its signaling does with candidates.</summary>
internal sealed class VirtualPeer
{
    public VirtualPeer(VirtualNetwork network, bool controlling, VirtualNat? nat, Func<IceOptions, IceOptions>? configure, params string[] bases)
    {
        Nat = nat;
        Bases = [.. bases.Select(IPEndPoint.Parse)];
        var secrets = new Random(network.Random.Next());
        IceOptions options = IceOptions.Create(secrets.NextBytes);
        Agent = new IceAgent(configure?.Invoke(options) ?? options, new Random(network.Random.Next())) { Controlling = controlling };
        network.Peers.Add(this);
    }

    public IceAgent Agent { get; }

    public VirtualNat? Nat { get; }

    public IReadOnlyList<IPEndPoint> Bases { get; }

    /// <summary>A socket that is bound later.</summary>
    public IPEndPoint? LateBase { get; init; }

    /// <summary>All candidates gathered so far.</summary>
    public List<IceCandidateLine> Candidates { get; } = [];

    /// <summary>Where candidates are signaled to, and how late.</summary>
    public VirtualPeer? SignalTo { get; set; }

    public TimeSpan SignalDelay { get; set; }

    /// <summary>Every state, in order, with repeats left out.</summary>
    public List<IceState> States { get; } = [IceState.New];

    public int DatagramsSent { get; set; }
}

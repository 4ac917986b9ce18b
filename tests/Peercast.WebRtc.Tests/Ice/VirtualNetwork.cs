using System.Net;
using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Tests.Ice;

/// <summary>Virtual time and virtual links between agents: latency, loss, blocked ways, NATs, a STUN server.</summary>
internal sealed class VirtualNetwork(int seed)
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private long _order;

    public Random Random { get; } = new(seed);

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(100);

    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(10);

    public double Loss { get; set; }

    /// <summary>Whether what leaves one address (as seen on the network) never arrives at the other.</summary>
    public Func<IPEndPoint, IPEndPoint, bool> IsBlocked { get; set; } = static (_, _) => false;

    public IPEndPoint? StunServer { get; set; }

    public List<VirtualPeer> Peers { get; } = [];

    public void At(TimeSpan delay, Action action) => _events.Enqueue(action, (Now + delay, _order++));

    /// <summary>Binds both peers' sockets at once and exchanges credentials: the offer takes one way, the answer comes back after it.</summary>
    public void Start(VirtualPeer offerer, VirtualPeer answerer, TimeSpan signaling)
    {
        (offerer.SignalTo, answerer.SignalTo) = (answerer, offerer);
        foreach (IPEndPoint localBase in offerer.Bases)
            offerer.Agent.AddLocalHost(Now, localBase);
        At(signaling, () =>
        {
            foreach (IPEndPoint localBase in answerer.Bases)
                answerer.Agent.AddLocalHost(Now, localBase);
            answerer.Agent.SetRemoteCredentials(Now, offerer.Agent.LocalUfrag, offerer.Agent.LocalPassword);
        });
        At(signaling + signaling, () =>
            offerer.Agent.SetRemoteCredentials(Now, answerer.Agent.LocalUfrag, answerer.Agent.LocalPassword));
        (offerer.SignalDelay, answerer.SignalDelay) = (signaling, signaling);
    }

    /// <summary>Runs until the condition holds.</summary>
    /// <returns><see langword="false"/> when the time is over first.</returns>
    public bool Run(TimeSpan limit, Func<bool>? until = null)
    {
        TimeSpan end = Now + limit;
        int stepsAtOneTime = 0;
        while (true)
        {
            Drain();
            if (until?.Invoke() == true)
                return true;
            TimeSpan next = _events.TryPeek(out _, out (TimeSpan At, long Order) head) ? head.At : TimeSpan.MaxValue;
            foreach (VirtualPeer peer in Peers)
            {
                if (peer.Agent.NextDeadline is { } deadline && deadline < next)
                    next = deadline;
            }

            if (next > end)
            {
                Now = end;
                return false;
            }

            stepsAtOneTime = next > Now ? 0 : stepsAtOneTime + 1;
            Assert.True(stepsAtOneTime < 1000, "An agent's deadline lies in the past: the driver would spin.");
            Now = next > Now ? next : Now;
            while (_events.TryPeek(out _, out head) && head.At <= Now)
            {
                _events.Dequeue()();
                Drain();
            }

            foreach (VirtualPeer peer in Peers)
            {
                if (peer.Agent.NextDeadline <= Now)
                    peer.Agent.Tick(Now);
            }
        }
    }

    private void Drain()
    {
        Span<byte> buffer = stackalloc byte[IceAgent.MaxDatagramLength];
        foreach (VirtualPeer peer in Peers)
        {
            if (peer.States[^1] != peer.Agent.State)
                peer.States.Add(peer.Agent.State);
            while (peer.Agent.TryGetDatagram(buffer, out int length, out IPEndPoint? localBase, out IPEndPoint? remote))
            {
                peer.DatagramsSent++;
                Send(peer, localBase, remote, buffer[..length].ToArray());
            }

            while (peer.Agent.TryGetLocalCandidate(out IceCandidateLine? candidate))
            {
                peer.Candidates.Add(candidate);
                if (peer.SignalTo is { } other)
                    At(peer.SignalDelay, () => other.Agent.AddRemoteCandidate(Now, candidate));
            }
        }
    }

    private void Send(VirtualPeer sender, IPEndPoint localBase, IPEndPoint remote, byte[] datagram)
    {
        IPEndPoint source = sender.Nat?.Outbound(localBase, remote) ?? localBase;
        if (Random.NextDouble() >= Loss && !IsBlocked(source, remote))
            At(Latency, () => Deliver(source, remote, datagram));
    }

    private void Deliver(IPEndPoint source, IPEndPoint destination, byte[] datagram)
    {
        if (destination.Equals(StunServer))
        {
            byte[] response = new byte[StunBindingServer.MaxResponseLength];
            if (StunBindingServer.TryRespond(datagram, source, response, out int length))
                At(Latency, () => Deliver(destination, source, response[..length]));
            return;
        }

        foreach (VirtualPeer peer in Peers)
        {
            IPEndPoint? inner = peer.Nat is null ? destination : peer.Nat.Inbound(destination, source);
            if (inner is not null && (peer.Bases.Contains(inner) || inner.Equals(peer.LateBase)))
                peer.Agent.Receive(Now, inner, source, datagram);
        }
    }
}

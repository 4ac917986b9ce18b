using System.Net;
using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// One ICE agent, which an ICE restart replaces by another (RFC 8445 section 9), with all that directs datagrams to it: its fragment, its requests, the
/// addresses where it has met the peer. Called under the connection's lock.
/// </summary>
internal sealed class IceGeneration
{
    // Requests that may be unanswered at once; of an older one the answer no longer matters.
    private const int MaxTransactions = 64;

    // Addresses that may speak DTLS to us: a peer has a handful.
    private const int MaxPaths = 32;

    private readonly DriverHost _host;
    private readonly IPacketTarget _target;
    private readonly Queue<StunTransactionId> _transactions = new();
    private readonly HashSet<PathKey> _paths = [];
    private readonly List<IceCandidateLine> _candidates = [];

    public IceGeneration(DriverHost host, IPacketTarget target)
    {
        _host = host;
        _target = target;
        IceOptions options;
        do
        {
            options = IceOptions.Create() with { StunServers = host.Options.StunServers };
        }
        while (!host.Demultiplexer.TryAddFragment(options.LocalUfrag, target));
        Agent = new IceAgent(options, new Random());
    }

    /// <summary>The engine.</summary>
    public IceAgent Agent { get; }

    /// <summary>The local candidates that have been told to the peer.</summary>
    public IReadOnlyList<IceCandidateLine> Candidates => _candidates;

    /// <summary>No more candidates will come of themselves.</summary>
    public bool IsComplete => Agent.GatheringComplete && !_host.IsMappingPorts;

    /// <summary>The peer was told that no more candidates will come.</summary>
    public bool EndTold { get; set; }

    /// <summary>Adds the addresses of all sockets.</summary>
    public void Gather(TimeSpan now)
    {
        foreach (DatagramSocket socket in _host.Sockets)
        {
            Agent.AddLocalHost(now, socket.LocalEndPoint);
            if (_host.FindMapped(socket.LocalEndPoint) is { } mapped)
            {
                Agent.AddMappedAddress(now, socket.LocalEndPoint, mapped);
            }
        }
    }

    /// <summary>The sockets have changed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="gone">Addresses of those that are closed.</param>
    public void SocketsChanged(TimeSpan now, IReadOnlyList<IPEndPoint> gone)
    {
        foreach (IPEndPoint local in gone)
        {
            Agent.RemoveLocalHost(now, local);
            string host = local.Address.ToString();
            _candidates.RemoveAll(candidate =>
                (candidate.Host == host && candidate.Port == local.Port)
                || (candidate.RelatedHost == host && candidate.RelatedPort == local.Port));
        }

        Gather(now);
    }

    /// <summary>Takes the next candidate that the peer has not been told of.</summary>
    public IceCandidateLine? TakeCandidate()
    {
        while (Agent.TryGetLocalCandidate(out IceCandidateLine? candidate))
        {
            // RFC 8838 section 13: after the end has been told there is none; the peer learns of later ones by their checks.
            if (!EndTold)
            {
                _candidates.Add(candidate);
                return candidate;
            }
        }

        return null;
    }

    /// <summary>Hands a STUN message to the agent.</summary>
    public void Receive(TimeSpan now, DatagramSocket socket, SocketAddress source, ReadOnlySpan<byte> datagram)
    {
        var remote = (IPEndPoint)socket.LocalEndPoint.Create(source);
        Agent.Receive(now, socket.LocalEndPoint, remote, datagram);

        // The peer may begin DTLS on a path that it found to work before our own check of it has been answered.
        PathKey path = PathKey.From(socket.Number, source);
        if (!_paths.Contains(path)
            && _paths.Count < MaxPaths
            && Agent.IsPeer(socket.LocalEndPoint, remote)
            && _host.Demultiplexer.TryAddPath(path, _target))
        {
            _paths.Add(path);
        }
    }

    /// <summary>Sends what the agent has to send.</summary>
    public void Drain()
    {
        Span<byte> datagram = stackalloc byte[IceAgent.MaxDatagramLength];
        while (Agent.TryGetDatagram(datagram, out int length, out IPEndPoint? localBase, out IPEndPoint? remote))
        {
            ReadOnlySpan<byte> stun = datagram[..length];
            if (!Demultiplexer.IsStunResponse(stun))
            {
                Remember(StunTransactionId.Read(stun[8..]));
            }

            _host.FindSocket(localBase)?.Send(stun, remote.Serialize());
        }
    }

    /// <summary>The agent has selected a path: DTLS that comes from there is the peer's.</summary>
    public void Take(PathKey path)
    {
        _paths.Add(path);
        if (_host.Demultiplexer.TakePath(path, _target) is { } before)
        {
            // Not from here: this connection's lock is held, and the other one has its own.
            _host.Deadlines.Schedule(new PathTakenNotice(before), _host.Clock.Now);
        }
    }

    /// <summary>Ends the agent and takes everything out of the demultiplexer.</summary>
    /// <param name="successor">The generation that goes on, and may use the same addresses; <see langword="null"/>: none.</param>
    public void Close(IceGeneration? successor)
    {
        Agent.Close();
        _host.Demultiplexer.RemoveFragment(Agent.LocalUfrag, _target);
        foreach (StunTransactionId id in _transactions)
        {
            _host.Demultiplexer.RemoveTransaction(id, _target);
        }

        foreach (PathKey path in _paths)
        {
            if (successor is null || !successor._paths.Contains(path))
            {
                _host.Demultiplexer.RemovePath(path, _target);
            }
        }

        _transactions.Clear();
        _paths.Clear();
    }

    private void Remember(StunTransactionId id)
    {
        if (_transactions.Contains(id))
        {
            return;
        }

        _host.Demultiplexer.AddTransaction(id, _target);
        _transactions.Enqueue(id);
        if (_transactions.Count > MaxTransactions)
        {
            _host.Demultiplexer.RemoveTransaction(_transactions.Dequeue(), _target);
        }
    }

    private sealed class PathTakenNotice(IPacketTarget target) : IDeadlineTarget
    {
        public void DeadlineReached() => target.PathTaken();
    }
}

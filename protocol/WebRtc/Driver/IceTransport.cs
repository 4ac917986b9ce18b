using System.Net;
using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// Joins one ICE agent to the sockets: sends its datagrams, keeps the demultiplexer told of them, and knows the path that
/// works. Called under the connection's lock.
/// </summary>
internal sealed class IceTransport
{
    // Requests that may be unanswered at once; of an older one the answer no longer matters.
    private const int MaxTransactions = 64;

    // Addresses that may speak DTLS to us: a peer has a handful.
    private const int MaxPaths = 32;

    private readonly DriverHost _host;
    private readonly IPacketTarget _target;
    private readonly Queue<StunTransactionId> _transactions = new();
    private readonly HashSet<PathKey> _paths = [];
    private IceCandidatePair? _selected;
    private SendBatch? _batch;

    public IceTransport(DriverHost host, IPacketTarget target)
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

    /// <summary>The socket of the path that works; <see langword="null"/> while none does.</summary>
    public DatagramSocket? Socket { get; private set; }

    /// <summary>The peer's address on that path.</summary>
    public SocketAddress? Remote { get; private set; }

    /// <summary>Adds the addresses of all sockets.</summary>
    public void Gather(TimeSpan now)
    {
        foreach (DatagramSocket socket in _host.Sockets)
        {
            Agent.AddLocalHost(now, socket.LocalEndPoint);
        }
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

    /// <summary>Sends what the agent has to send, and takes note of the path that it has selected.</summary>
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

        if (!ReferenceEquals(Agent.SelectedPair, _selected))
        {
            Select(Agent.SelectedPair);
        }
    }

    /// <summary>
    /// Sends on the path that works; without one the datagram is lost. It may wait for others, which go with it in one call:
    /// until <see cref="Flush"/>.
    /// </summary>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        if (Remote is not { } remote)
        {
            return;
        }

        if (!Socket!.SendsSegments)
        {
            Socket.Send(datagram, remote);
            return;
        }

        _batch ??= _host.SendBatches.Rent();
        if (!_batch.TryAdd(datagram))
        {
            SendBatch();
            _batch.TryAdd(datagram);
        }
    }

    /// <summary>Sends what waits.</summary>
    public void Flush()
    {
        if (_batch is not null)
        {
            SendBatch();
            _host.SendBatches.Return(_batch);
            _batch = null;
        }
    }

    /// <summary>Ends the agent and takes everything out of the demultiplexer.</summary>
    public void Close()
    {
        Flush();
        Agent.Close();
        _host.Demultiplexer.RemoveFragment(Agent.LocalUfrag, _target);
        foreach (StunTransactionId id in _transactions)
        {
            _host.Demultiplexer.RemoveTransaction(id, _target);
        }

        foreach (PathKey path in _paths)
        {
            _host.Demultiplexer.RemovePath(path, _target);
        }

        _transactions.Clear();
        _paths.Clear();
        Remote = null;
        Socket = null;
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

    private void SendBatch()
    {
        if (_batch!.Count > 0)
        {
            Socket!.Send(_batch, Remote!);
            _batch.Clear();
        }
    }

    private void Select(IceCandidatePair? pair)
    {
        Flush();
        _selected = pair;
        Socket = pair is null ? null : _host.FindSocket(pair.LocalBase);
        Remote = Socket is null ? null : pair!.Remote.Serialize();
        if (Socket is null || Remote is null)
        {
            return;
        }

        PathKey path = PathKey.From(Socket.Number, Remote);
        _paths.Add(path);
        if (_host.Demultiplexer.TakePath(path, _target) is { } before)
        {
            // Not from here: this connection's lock is held, and the other one has its own.
            _host.Deadlines.Schedule(new PathTakenNotice(before), _host.Clock.Now);
        }
    }

    private sealed class PathTakenNotice(IPacketTarget target) : IDeadlineTarget
    {
        public void DeadlineReached(TimeSpan at) => target.PathTaken();
    }
}

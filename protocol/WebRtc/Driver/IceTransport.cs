using System.Net;
using System.Text;
using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// The path of one connection: the agent that has found it, and during an ICE restart the one that looks for another. Until the new one has found its path the
/// old one is used, so that what runs above notices nothing (RFC 8445 section 9). Called under the connection's lock.
/// </summary>
internal sealed class IceTransport
{
    private readonly DriverHost _host;
    private readonly IPacketTarget _target;
    private IceCandidatePair? _selected;
    private SendBatch? _batch;
    private PathKey? _path;
    private bool _hasMoved;

    public IceTransport(DriverHost host, IPacketTarget target)
    {
        _host = host;
        _target = target;
        Current = new IceGeneration(host, target);
    }

    /// <summary>The generation in use.</summary>
    public IceGeneration Current { get; private set; }

    /// <summary>The generation that a restart has begun; <see langword="null"/> while there is none.</summary>
    public IceGeneration? Next { get; private set; }

    /// <summary>The generation that was begun last.</summary>
    public IceGeneration Latest => Next ?? Current;

    /// <summary>The socket of the path that works; <see langword="null"/> while none does.</summary>
    public DatagramSocket? Socket { get; private set; }

    /// <summary>The peer's address on that path.</summary>
    public SocketAddress? Remote { get; private set; }

    /// <summary>Where the search for a path stands. A restart under way keeps a connection alive whose old path is lost.</summary>
    public IceState State => InUse.Agent.State == IceState.Failed && Next?.Agent.State == IceState.Checking
        ? IceState.Disconnected
        : InUse.Agent.State;

    private IceGeneration InUse => Next?.Agent.SelectedPair is not null ? Next : Current;

    /// <summary>When <see cref="Tick"/> is next due.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            TimeSpan? one = Current.Agent.NextDeadline;
            TimeSpan? other = Next?.Agent.NextDeadline;
            return one is null || other < one ? other ?? one : one;
        }
    }

    /// <summary>Begins an ICE restart: a new agent in the same role (RFC 8445 section 9), beside the old one. Does nothing while one is under way.</summary>
    public void Restart()
    {
        if (Next is null)
        {
            Next = new IceGeneration(_host, _target);
            Next.Agent.Controlling = Current.Agent.Controlling;
        }
    }

    /// <summary>Gives a restart up: the offer was withdrawn, or a newer one has come.</summary>
    public void AbandonRestart()
    {
        Next?.Close(successor: Current);
        Next = null;
    }

    /// <summary>The sockets have changed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="gone">Addresses of the sockets that are closed.</param>
    /// <returns>Whether the path in use was on one of them.</returns>
    public bool SocketsChanged(TimeSpan now, IReadOnlyList<IPEndPoint> gone)
    {
        bool lost = Socket is not null && gone.Contains(Socket.LocalEndPoint);
        Current.SocketsChanged(now, gone);
        Next?.SocketsChanged(now, gone);
        return lost;
    }

    /// <summary>What the routers have done for our sockets has changed.</summary>
    public void PortMappingsChanged(TimeSpan now)
    {
        Current.Gather(now);
        Next?.Gather(now);
    }

    /// <summary>Hands a STUN message to the agent that it is for.</summary>
    public void Receive(TimeSpan now, DatagramSocket socket, SocketAddress source, ReadOnlySpan<byte> datagram) =>
        (Next is not null && IsFor(Next.Agent, datagram) ? Next : Current).Receive(now, socket, source, datagram);

    /// <summary>Does what is due.</summary>
    public void Tick(TimeSpan now)
    {
        Current.Agent.Tick(now);
        Next?.Agent.Tick(now);
    }

    /// <summary>What was sent to the peer is not answered: the path may be dead.</summary>
    public void Doubt(TimeSpan now) => InUse.Agent.Doubt(now);

    /// <summary>Whether the path is another one than at the last call.</summary>
    public bool TakeMoved()
    {
        bool moved = _hasMoved;
        _hasMoved = false;
        return moved;
    }

    /// <summary>Sends what the agents have to send, and takes note of the path that they have found.</summary>
    public void Drain()
    {
        Next?.Drain();
        Current.Drain();
        if (Next?.Agent.State == IceState.Failed)
        {
            AbandonRestart();
        }

        IceCandidatePair? selected = InUse.Agent.SelectedPair;
        if (!ReferenceEquals(selected, _selected))
        {
            Select(selected);
        }

        // Until then the peer may still send on the old path.
        if (Next?.Agent.State == IceState.Completed)
        {
            IceGeneration old = Current;
            Current = Next;
            Next = null;
            old.Close(successor: Current);
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

    /// <summary>Ends the agents and takes everything out of the demultiplexer.</summary>
    public void Close()
    {
        Flush();
        AbandonRestart();
        Current.Close(successor: null);
        Remote = null;
        Socket = null;
    }

    private static bool IsFor(IceAgent agent, ReadOnlySpan<byte> datagram)
    {
        if (Demultiplexer.IsStunResponse(datagram))
        {
            return agent.OwnsTransaction(StunTransactionId.Read(datagram[8..]));
        }

        Span<byte> fragment = stackalloc byte[agent.LocalUfrag.Length];
        return StunMessage.TryReadUsernameFragment(datagram, out ReadOnlySpan<byte> named)
            && Encoding.ASCII.TryGetBytes(agent.LocalUfrag, fragment, out _)
            && named.SequenceEqual(fragment);
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
        if (Socket is not null && Remote is not null)
        {
            var path = PathKey.From(Socket.Number, Remote);
            _hasMoved |= _path is { } before && before != path;
            _path = path;
            InUse.Take(path);
        }
    }
}

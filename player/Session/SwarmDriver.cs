using System.Diagnostics;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Transport;

namespace Peercast.Player.Session;

/// <summary>
/// Gives one <see cref="SwarmSession"/> its clock and its turn: every event enters the engine under one lock, and what
/// the engine wants done leaves it before the lock is let go. Nothing here waits for anything.
/// </summary>
internal sealed class SwarmDriver : ISwarmSink, IDisposable
{
    /// <summary>One event can free buffers that let the engine send more; this many rounds settle all but a pathological case, and the next event the rest.</summary>
    private const int MaxRounds = 8;

    private readonly Lock _gate = new();
    private readonly long _epoch = Stopwatch.GetTimestamp();
    private readonly SwarmSession _session;
    private readonly ISwarmEffects _effects;
    private readonly SwarmTimer _timer;
    private readonly IPeerConnectionFactory? _connections;
    private readonly Dictionary<NeighborId, NeighborConnection> _neighbors = [];
    private readonly HashSet<NeighborConnection> _sentTo = [];
    private readonly List<NeighborConnection> _broken = [];
    private TimeSpan _timerDue = TimeSpan.MaxValue;
    private bool _disposed;

    /// <param name="session">The engine.</param>
    /// <param name="effects">Does what it wants done.</param>
    /// <param name="connections">Where its neighbors' connections come from; <see langword="null"/>: it has none.</param>
    public SwarmDriver(SwarmSession session, ISwarmEffects effects, IPeerConnectionFactory? connections = null)
    {
        _session = session;
        _effects = effects;
        _connections = connections;

        // Most of what a tick sends is several small messages to each of many: a batch ahead of each HAVE.
        Action tick = Tick;
        _timer = new SwarmTimer(() => Now, connections is null ? tick : () => connections.SendTogether(tick));
    }

    /// <summary>The engine's time.</summary>
    private TimeSpan Now => Stopwatch.GetElapsedTime(_epoch);

    /// <summary>Lets an event into the engine.</summary>
    public void Run(Action<SwarmSession, TimeSpan> action) => Run((session, now) =>
    {
        action(session, now);
        return true;
    });

    /// <summary>Lets an event into the engine and returns what it said.</summary>
    public T? Run<T>(Func<SwarmSession, TimeSpan, T> action)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return default;
            }

            TimeSpan now = Now;
            T result = action(_session, now);
            Settle(now);
            return result;
        }
    }

    /// <summary>A chunk came from the origin, and what its transfer took of the line upward is not there for neighbors.</summary>
    public void AddOriginChunk(ChunkId id, ReadOnlyMemory<byte> bytes)
    {
        _connections?.Charge(WireCost.OfOriginChunk(bytes.Length));
        Run((session, now) => session.AddOriginChunk(now, id, bytes));
    }

    /// <summary>A neighbor's channels are open.</summary>
    public void Connected(NeighborConnection neighbor) => Run((session, now) =>
    {
        _neighbors.Add(neighbor.Id, neighbor);
        session.NeighborConnected(now, neighbor.Id, neighbor.Peer, neighbor.WeOffered);
    });

    /// <summary>A neighbor's connection is over, by the other side's wish or by failure.</summary>
    public void Closed(NeighborConnection neighbor) => Run((session, now) =>
    {
        if (_neighbors.Remove(neighbor.Id))
        {
            session.NeighborClosed(now, neighbor.Id);
        }
    });

    /// <summary>A neighbor's message arrived.</summary>
    public void Receive(NeighborConnection neighbor, bool onDataChannel, ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            if (!_disposed && _neighbors.ContainsKey(neighbor.Id))
            {
                TimeSpan now = Now;
                _session.Receive(now, neighbor.Id, onDataChannel, message);
                Settle(now);
            }
        }
    }

    /// <summary>A neighbor's data channel has room again.</summary>
    public void DataBufferLow(NeighborConnection neighbor) => Run((session, now) =>
    {
        if (_neighbors.ContainsKey(neighbor.Id))
        {
            session.DataBufferChanged(now, neighbor.Id, neighbor.DataBuffered);
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }

    void ISwarmSink.SendControl(NeighborId neighbor, ReadOnlyMemory<byte> message) => Send(neighbor, onDataChannel: false, message.Span);

    void ISwarmSink.SendData(NeighborId neighbor, ReadOnlyMemory<byte> message) => Send(neighbor, onDataChannel: true, message.Span);

    void ISwarmSink.Connect(PeerId peer) => _effects.Connect(peer);

    void ISwarmSink.Disconnect(NeighborId neighbor, DisconnectReason reason)
    {
        if (_neighbors.Remove(neighbor, out NeighborConnection? connection))
        {
            _sentTo.Remove(connection);
            _effects.Disconnect(connection, reason);
        }
    }

    void ISwarmSink.WantPeers(int count, IReadOnlyList<PeerId> exclude) => _effects.WantPeers(count, exclude);

    void ISwarmSink.FetchChunks(int request, ChunkRange range) => _effects.FetchChunks(request, range);

    void ISwarmSink.CancelFetch(int request) => _effects.CancelFetch(request);

    void ISwarmSink.FetchBatches(ChunkId from, TimeSpan wait) => _effects.FetchBatches(from, wait);

    void ISwarmSink.Deliver(ChunkInfo chunk, SignedBatch batch, ReadOnlyMemory<byte> bytes) => _effects.Deliver(chunk, batch, bytes);

    void ISwarmSink.Skip(ChunkRange lost) => _effects.Skip(lost);

    void ISwarmSink.RelayedSignal(PeerId from, ReadOnlyMemory<byte> message) => _effects.RelayedSignal(from, message);

    private void Send(NeighborId neighbor, bool onDataChannel, ReadOnlySpan<byte> message)
    {
        if (!_neighbors.TryGetValue(neighbor, out NeighborConnection? connection))
        {
            return;
        }

        if (!connection.TrySend(onDataChannel, message))
        {
            // The engine keeps the data channel short and control messages are small: a full or closed channel is a
            // neighbor that no longer takes anything.
            _broken.Add(connection);
        }
        else if (onDataChannel)
        {
            _sentTo.Add(connection);
        }
    }

    private void Settle(TimeSpan now)
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            _session.Drain(this);
            if (_broken.Count == 0 && _sentTo.Count == 0)
            {
                break;
            }

            foreach (NeighborConnection connection in _sentTo)
            {
                _session.DataBufferChanged(now, connection.Id, connection.DataBuffered);
            }

            _sentTo.Clear();
            foreach (NeighborConnection connection in _broken)
            {
                if (_neighbors.Remove(connection.Id))
                {
                    _session.NeighborClosed(now, connection.Id);
                    _effects.Disconnect(connection, DisconnectReason.Silent);
                }
            }

            _broken.Clear();
        }

        TimeSpan due = _session.NextDeadline;
        if (due != _timerDue)
        {
            _timerDue = due;
            _timer.Set(due);
        }
    }

    private void Tick() => Run((session, now) =>
    {
        _timerDue = TimeSpan.MaxValue;
        session.Tick(now);
    });
}

/// <summary>What the engine wants done outside. Called under the driver's lock: an implementation starts it and returns.</summary>
internal interface ISwarmEffects
{
    /// <summary>See <see cref="ISwarmSink.Connect"/>.</summary>
    void Connect(PeerId peer);

    /// <summary>Close a connection that the engine has forgotten already.</summary>
    void Disconnect(NeighborConnection neighbor, DisconnectReason reason);

    /// <summary>See <see cref="ISwarmSink.WantPeers"/>.</summary>
    void WantPeers(int count, IReadOnlyList<PeerId> exclude);

    /// <summary>See <see cref="ISwarmSink.FetchChunks"/>.</summary>
    void FetchChunks(int request, ChunkRange range);

    /// <summary>See <see cref="ISwarmSink.CancelFetch"/>.</summary>
    void CancelFetch(int request);

    /// <summary>See <see cref="ISwarmSink.FetchBatches"/>.</summary>
    void FetchBatches(ChunkId from, TimeSpan wait);

    /// <summary>See <see cref="ISwarmSink.Deliver"/>.</summary>
    void Deliver(ChunkInfo chunk, SignedBatch batch, ReadOnlyMemory<byte> bytes);

    /// <summary>See <see cref="ISwarmSink.Skip"/>.</summary>
    void Skip(ChunkRange lost);

    /// <summary>See <see cref="ISwarmSink.RelayedSignal"/>.</summary>
    void RelayedSignal(PeerId from, ReadOnlyMemory<byte> message);
}

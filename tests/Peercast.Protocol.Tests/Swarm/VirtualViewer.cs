using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>A driver around one session: virtual links, virtual origin, and a record of what was delivered.</summary>
internal sealed class VirtualViewer : ISwarmSink
{
    private readonly VirtualSwarm _swarm;
    private readonly SwarmOptions _options;
    private readonly Dictionary<int, VirtualLink> _links = [];
    private readonly HashSet<int> _touched = [];
    private readonly HashSet<int> _canceledFetches = [];
    private bool _isSending;
    private int _turn;
    private TimeSpan _wakeAt = TimeSpan.MaxValue;
    private bool _isDraining;

    public VirtualViewer(VirtualSwarm swarm, PeerId peer, SwarmOptions options, double uplinkBytesPerSecond, int seed)
    {
        _swarm = swarm;
        _options = options;
        Peer = peer;
        UplinkBytesPerSecond = uplinkBytesPerSecond;
        Session = new SwarmSession(options, swarm.Verifier, new Random(seed));
    }

    public PeerId Peer { get; }

    public SwarmSession Session { get; }

    public double UplinkBytesPerSecond { get; }

    /// <summary>Gone for good, without a word.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Receives, and sends nothing any more.</summary>
    public bool IsMute { get; set; }

    public bool GivesNothing => _options.UploadLimit == 0;

    /// <summary>Changes what is sent on the data channel.</summary>
    public Func<byte[], byte[]>? Tamper { get; set; }

    public List<ChunkId> Delivered { get; } = [];

    public List<ChunkRange> Skipped { get; } = [];

    public List<TimeSpan> Latencies { get; } = [];

    public List<(TimeSpan At, PeerId Peer, DisconnectReason Reason)> Disconnects { get; } = [];

    public int WrongDeliveries { get; private set; }

    public int CallsIn { get; private set; }

    public IEnumerable<PeerId> Neighbors => _links.Values.Select(link => link.Receiver.Peer);

    public SwarmStatistics Statistics => Session.GetStatistics(_swarm.Time.Now);

    public void Join(ChunkId? at = null) => _swarm.Origin.Join(_options.TargetLatency, at, (first, batches, chunks) =>
    {
        TimeSpan now = _swarm.Time.Now;
        Session.SetOriginClock(now, VirtualOrigin.EpochMs + (long)now.TotalMilliseconds);
        Session.Start(now, first);
        foreach (SignedBatch batch in batches)
        {
            Assert.True(Session.AddOriginBatch(now, batch.Encoded.Span));
        }

        foreach ((ChunkId id, byte[] bytes) in chunks)
        {
            Assert.True(Session.AddOriginChunk(now, id, bytes));
        }

        _swarm.Tracker.Join(this);
        Settle();
        Watch();
    });

    /// <summary>Calls the session, then does what it wants.</summary>
    public void Call(Action<SwarmSession, TimeSpan> call)
    {
        if (!IsDead)
        {
            CallsIn++;
            call(Session, _swarm.Time.Now);
            Settle();
        }
    }

    /// <summary>Vanishes.</summary>
    public void Die()
    {
        IsDead = true;
        _swarm.Tracker.Leave(this);
    }

    public void Arrived(int neighbor, bool onData, byte[] message) => Call((session, now) => session.Receive(now, new NeighborId(neighbor), onData, message));

    public void Attach(VirtualLink link, PeerId peer, bool weOffered)
    {
        _links.Add(link.SenderNeighbor, link);
        Call((session, now) => session.NeighborConnected(now, new NeighborId(link.SenderNeighbor), peer, weOffered));
    }

    public void Detach(int neighbor)
    {
        if (_links.Remove(neighbor, out VirtualLink? link))
        {
            link.IsClosed = true;
            Call((session, now) => session.NeighborClosed(now, new NeighborId(neighbor)));
        }
    }

    void ISwarmSink.SendControl(NeighborId neighbor, ReadOnlyMemory<byte> message)
    {
        if (_links.TryGetValue(neighbor.Value, out VirtualLink? link) && !IsMute)
        {
            byte[] bytes = message.ToArray();
            _swarm.Time.After(link.Delay, () => Deliver(link, false, bytes));
        }
    }

    void ISwarmSink.SendData(NeighborId neighbor, ReadOnlyMemory<byte> message)
    {
        if (_links.TryGetValue(neighbor.Value, out VirtualLink? link))
        {
            byte[] bytes = Tamper is null ? message.ToArray() : Tamper(message.ToArray());
            link.Buffer.Enqueue(bytes);
            link.BufferedBytes += bytes.Length;
            _touched.Add(neighbor.Value);
        }
    }

    void ISwarmSink.Connect(PeerId peer) => _swarm.Connect(this, peer);

    void ISwarmSink.Disconnect(NeighborId neighbor, DisconnectReason reason)
    {
        if (_links.Remove(neighbor.Value, out VirtualLink? link))
        {
            link.IsClosed = true;
            Disconnects.Add((_swarm.Time.Now, link.Receiver.Peer, reason));
            _swarm.Time.After(link.Delay, () => link.Receiver.Detach(link.ReceiverNeighbor));
        }
    }

    void ISwarmSink.WantPeers(int count, IReadOnlyList<PeerId> exclude) => _swarm.Tracker.WantPeers(this, count, exclude);

    void ISwarmSink.FetchChunks(int request, ChunkRange range) => _swarm.Origin.FetchChunks(
        range,
        (id, bytes) => Call((session, now) => Assert.True(session.AddOriginChunk(now, id, bytes) || id < session.NextToDeliver || _canceledFetches.Contains(request))),
        result => Call((session, now) => session.OriginFetchEnded(now, request, result)));

    // It may still end as if nothing had been said; so it does.
    void ISwarmSink.CancelFetch(int request) => _canceledFetches.Add(request);

    void ISwarmSink.FetchBatches(ChunkId from, TimeSpan wait) => _swarm.Origin.FetchBatches(from, wait, batches => Call((session, now) =>
    {
        foreach (SignedBatch batch in batches ?? [])
        {
            Assert.True(session.AddOriginBatch(now, batch.Encoded.Span));
        }

        session.OriginBatchesEnded(now, batches is null ? OriginFetchResult.Failed : OriginFetchResult.Completed);
    }));

    void ISwarmSink.Deliver(ChunkInfo chunk, SignedBatch batch, ReadOnlyMemory<byte> bytes)
    {
        if (!bytes.Span.SequenceEqual(_swarm.Origin.ChunkAt(chunk.Id)))
        {
            WrongDeliveries++;
        }

        Delivered.Add(chunk.Id);
    }

    void ISwarmSink.Skip(ChunkRange lost) => Skipped.Add(lost);

    void ISwarmSink.RelayedSignal(PeerId from, ReadOnlyMemory<byte> message) => _swarm.Signaled(this, from, message);

    private void Deliver(VirtualLink link, bool onData, byte[] message)
    {
        if (!link.IsClosed && !IsDead && !IsMute)
        {
            link.Receiver.Arrived(link.ReceiverNeighbor, onData, message);
        }
    }

    private void Watch() => _swarm.Time.After(TimeSpan.FromMilliseconds(500), () =>
    {
        if (!IsDead)
        {
            if (Session.LiveLatency(_swarm.Time.Now) is { } latency && Session.State == PlaybackState.Playing)
            {
                Latencies.Add(latency);
            }

            Watch();
        }
    });

    private void Settle()
    {
        if (_isDraining)
        {
            return;
        }

        _isDraining = true;
        Session.Drain(this);
        _isDraining = false;
        foreach (int neighbor in _touched.Order().ToList())
        {
            if (_links.TryGetValue(neighbor, out VirtualLink? link))
            {
                Session.DataBufferChanged(_swarm.Time.Now, new NeighborId(neighbor), link.BufferedBytes);
            }
        }

        _touched.Clear();
        SendNext();
        ScheduleWake();
    }

    private void ScheduleWake()
    {
        TimeSpan due = Session.NextDeadline;
        if (IsDead || due == TimeSpan.MaxValue || due >= _wakeAt)
        {
            return;
        }

        // A deadline that is due now and stays so would stop virtual time.
        TimeSpan at = due > _swarm.Time.Now ? due : _swarm.Time.Now + TimeSpan.FromTicks(1);
        _wakeAt = at;
        _swarm.Time.At(at, () =>
        {
            if (_wakeAt == at)
            {
                _wakeAt = TimeSpan.MaxValue;
                Call((session, now) => session.Tick(now));
                ScheduleWake();
            }
        });
    }

    /// <summary>The uplink: one message at a time, in turn over the send buffers.</summary>
    private void SendNext()
    {
        if (_isSending || IsDead)
        {
            return;
        }

        List<VirtualLink> waiting = _links.Values.Where(link => link.Buffer.Count > 0).OrderBy(link => link.SenderNeighbor).ToList();
        if (waiting.Count == 0)
        {
            return;
        }

        _isSending = true;
        VirtualLink link = waiting[_turn++ % waiting.Count];
        byte[] message = link.Buffer.Dequeue();
        _swarm.Time.After(TimeSpan.FromSeconds(message.Length / UplinkBytesPerSecond), () =>
        {
            _isSending = false;
            link.BufferedBytes -= message.Length;
            _swarm.Time.After(link.Delay, () => Deliver(link, true, message));
            if (!link.IsClosed)
            {
                Call((session, now) => session.DataBufferChanged(now, new NeighborId(link.SenderNeighbor), link.BufferedBytes));
            }

            SendNext();
        });
    }
}

using Peercast.Player.Playback;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Transport;

namespace Peercast.Player.Session;

/// <summary>One viewer of one channel: finds the channel, joins it, and stays until it is told to stop.</summary>
internal sealed class ViewerSession : IViewerSession
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly ViewerRequest _request;
    private readonly WatchLink _link;
    private readonly IMediaOutput _output;
    private readonly Func<PeerEnvironment, IPeerConnectionFactory> _connections;
    private readonly DownlinkShaper _downlink;
    private readonly OriginClient _origin;
    private readonly CancellationTokenSource _stop = new();
    private Participation? _participation;
    private SwarmStatistics? _final;
    private long _uploadLimit;

    /// <summary>In the queue of a full channel: when to ask again, by the system's tick count; else 0.</summary>
    private long _turnAt;
    private ViewerSnapshot _waiting = ViewerSnapshot.Empty;

    /// <summary>Prepares a session; nothing is contacted yet.</summary>
    /// <param name="request">What to watch and how.</param>
    /// <param name="output">Where the media goes.</param>
    /// <param name="connections">Makes the connections to neighbors; called once, and not at all without peer-to-peer.</param>
    /// <param name="downlinkBitsPerSecond">Limits what is received, for measurements; 0 is no limit.</param>
    /// <exception cref="PlayerException">The link is no watch link.</exception>
    public ViewerSession(
        ViewerRequest request, IMediaOutput output, Func<PeerEnvironment, IPeerConnectionFactory> connections, long downlinkBitsPerSecond = 0)
    {
        _request = request;
        _link = WatchLink.Parse(request.Link);
        _output = output;
        _connections = connections;
        _uploadLimit = request.UploadLimit;
        _downlink = new DownlinkShaper(downlinkBitsPerSecond);
        _origin = new OriginClient(_link, _downlink);
    }

    /// <inheritdoc/>
    public ViewerSnapshot Snapshot
    {
        get
        {
            ViewerSnapshot snapshot = Volatile.Read(ref _participation) is { } participation && GetStatistics() is { } statistics
                ? SnapshotFactory.Create(participation.Plan, statistics, participation.Tracker.IsConnected)
                : Volatile.Read(ref _waiting);
            if (Volatile.Read(ref _turnAt) is > 0 and var turn)
            {
                snapshot = snapshot with { State = ViewerState.Queued, RetryIn = TimeSpan.FromMilliseconds(Math.Max(0, turn - Environment.TickCount64)) };
            }

            return snapshot with { UploadLimit = Volatile.Read(ref _uploadLimit) };
        }
    }

    /// <summary>The engine's own counters, also after the end; <see langword="null"/> before the channel was found.</summary>
    public SwarmStatistics? GetStatistics() =>
        Volatile.Read(ref _participation)?.Driver.Run((session, now) => session.GetStatistics(now)) ?? Volatile.Read(ref _final);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, _stop.Token);
        try
        {
            ChannelDescriptor descriptor = await WaitForMediaAsync(stop.Token).ConfigureAwait(false);
            using Participation participation = await PrepareAsync(descriptor, stop.Token).ConfigureAwait(false);
            Volatile.Write(ref _participation, participation);
            await using var tracking = new Tracking(participation, stop.Token);
            try
            {
                await StartAsync(participation, tracking, stop.Token).ConfigureAwait(false);
                await participation.Pump.RunAsync(stop.Token).ConfigureAwait(false);
            }
            finally
            {
                Volatile.Write(ref _final, GetStatistics());
                participation.Driver.Run((session, now) => session.Leave(now));
                await stop.CancelAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }

    /// <inheritdoc/>
    public void Pause() => Volatile.Read(ref _participation)?.Driver.Run((session, now) => session.Pause(now));

    /// <inheritdoc/>
    public void Resume() => Volatile.Read(ref _participation)?.Driver.Run((session, now) => session.Resume(now));

    /// <inheritdoc/>
    public void SetUploadLimit(long bitsPerSecond)
    {
        Volatile.Write(ref _uploadLimit, bitsPerSecond);
        Volatile.Read(ref _participation)?.SetUploadLimit(bitsPerSecond);
    }

    /// <inheritdoc/>
    public async Task SeekAsync(TimeSpan by)
    {
        if (Volatile.Read(ref _participation) is { Plan.Descriptor.IsRecorded: true } participation
            && GetStatistics() is { Position: { } position })
        {
            var channel = new ChunkRange(new ChunkId(participation.Plan.Rendition.FirstChunk), new ChunkId(participation.Plan.Rendition.LiveEdge));
            ChunkId target = await SeekSearch.FindAsync(_origin, channel, position + MediaTime.FromTimeSpan(by), _stop.Token).ConfigureAwait(false);
            while (true)
            {
                var join = new MediaJoin(participation, _origin);
                if (await join.RunAsync(target, (session, now, first) => session.Seek(now, first), _stop.Token).ConfigureAwait(false)
                    || join.Turn is not { } turn)
                {
                    return;
                }

                // The origin sends all that it may; who watches is not queued.
                await Task.Delay(turn.RetryAfter, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Breaks the connection to the tracker as a network failure would, to see how the swarm does without it.</summary>
    /// <param name="forGood">Whether it does not come back.</param>
    public void DropTracker(bool forGood) => Volatile.Read(ref _participation)?.Tracker.Drop(forGood);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _origin.Dispose();
        _stop.Dispose();
    }

    /// <summary>Asks for the channel until it has something to play.</summary>
    private async Task<ChannelDescriptor> WaitForMediaAsync(CancellationToken cancellation)
    {
        bool reached = false;
        while (true)
        {
            try
            {
                (ChannelDescriptor descriptor, _) = await _origin.GetDescriptorAsync(cancellation).ConfigureAwait(false);
                if (descriptor.Renditions.Any(rendition => rendition.LiveEdge >= 0))
                {
                    return descriptor;
                }

                reached = true;
                Volatile.Write(ref _waiting, ViewerSnapshot.Empty with { Title = descriptor.Title, State = ViewerState.Offline });
            }
            catch (PlayerException e) when (reached && e.Code == ExitCode.OriginUnreachable)
            {
                // It was there a moment ago: an origin that restarts comes back.
            }

            await Task.Delay(Retry, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<Participation> PrepareAsync(ChannelDescriptor descriptor, CancellationToken stopped)
    {
        RenditionDescriptor rendition = descriptor.Renditions.FirstOrDefault(r => _request.Rendition is null || r.Name == _request.Rendition)
            ?? throw new PlayerException(
                ExitCode.UnknownChannel,
                $"The channel has no rendition \"{_request.Rendition}\"; it has {string.Join(", ", descriptor.Renditions.Select(r => r.Name))}.");
        ManifestVerifier verifier = ManifestVerifier.TryCreate(descriptor.PublicKey, _link.Fingerprint, rendition.Name)
            ?? throw new PlayerException(
                ExitCode.Untrusted, "The channel's key is not the one in the watch link: somebody else answers for it, or the link is out of date.");
        IPeerConnectionFactory? factory = _request.PeerToPeer
            ? _connections(await PeerEnvironment.FindAsync(_origin.Address, descriptor.StunPort, stopped).ConfigureAwait(false) with { MapPorts = _request.MapPorts })
            : null;
        var options = new SwarmOptions
        {
            TargetLatency = _request.Latency ?? TimeSpan.FromMilliseconds(descriptor.TargetLatencyMs),
            Playback = _request.Playback,
            Recorded = descriptor.IsRecorded,
            UseNeighbors = _request.PeerToPeer,
            UploadLimit = Volatile.Read(ref _uploadLimit),
        };
        if (descriptor.IsRecorded)
        {
            // Those who come later want the beginning: what was watched is kept for them, 17 minutes at 2 Mb/s.
            options = options with { StoreBytes = 256L << 20, WindowChunks = 16384 };
        }

        var plan = new ParticipationPlan(descriptor, rendition, verifier, options) { OwnLatency = _request.Latency is not null };
        return new Participation(plan, _origin, _output, factory, _downlink, stopped);
    }

    private async Task StartAsync(Participation participation, Tracking tracking, CancellationToken cancellation)
    {
        tracking.Begin();

        // Asked again, now over a warm connection: half of this round trip is the clock's error.
        (ChannelDescriptor descriptor, TimeSpan roundTrip) = await _origin.GetDescriptorAsync(cancellation).ConfigureAwait(false);
        participation.Driver.Run((session, now) => session.SetOriginClock(now, descriptor.ServerTimeMs + (long)(roundTrip.TotalMilliseconds / 2)));
        string? ticket = null;
        while (true)
        {
            var join = new MediaJoin(participation, _origin);
            if (await join.RunAsync(at: null, Begin, cancellation, ticket).ConfigureAwait(false))
            {
                return;
            }

            if (join.Turn is not { } turn)
            {
                await Task.Delay(Retry, cancellation).ConfigureAwait(false);
                continue;
            }

            // Neighbors have no use for a viewer that holds nothing and would not give.
            await tracking.EndAsync().ConfigureAwait(false);
            ticket = await WaitForTurnAsync(turn, cancellation).ConfigureAwait(false);
        }

        void Begin(SwarmSession session, TimeSpan now, ChunkId first)
        {
            Volatile.Write(ref _turnAt, 0);
            session.Start(now, first);
            tracking.Begin();
        }
    }

    /// <summary>Waits in the queue of a full channel.</summary>
    /// <returns>The place to name when asking again.</returns>
    /// <exception cref="PlayerException">The queue is full, too.</exception>
    private async Task<string> WaitForTurnAsync(JoinTurn turn, CancellationToken cancellation)
    {
        if (turn.Ticket is not { } ticket)
        {
            throw new PlayerException(
                ExitCode.ChannelFull, $"The channel is full, and so is its queue: try again in {JoinTurn.Seconds(turn.RetryAfter)} s, or later.");
        }

        // Chance, so that those who were told the same do not come together.
        TimeSpan wait = turn.RetryAfter * (1 + (0.2 * Random.Shared.NextDouble()));
        Volatile.Write(ref _turnAt, Environment.TickCount64 + (long)wait.TotalMilliseconds);
        await Task.Delay(wait, cancellation).ConfigureAwait(false);
        return ticket;
    }
}

using System.Collections.Immutable;
using Peercast.Player.Playback;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Transport;

namespace Peercast.Player.Session;

/// <summary>
/// A viewer's part in a channel's swarm, from the join to the leave: binds the engine to the origin, the tracker, the
/// connections and the output.
/// </summary>
internal sealed class Participation : ISwarmEffects, IDisposable
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);

    /// <summary>In bits per second: control messages need so much even where nothing is given.</summary>
    private const long LeastSendRate = 100_000;

    private readonly ManifestVerifier _verifier;
    private readonly OriginFetcher _fetcher;
    private readonly IPeerConnectionFactory? _factory;
    private readonly NeighborConnector? _connector;
    private readonly PeerSignaling? _signaling;
    private readonly NetworkMoves _moves;

    /// <summary>Prepares; the engine is started by whoever joins the media.</summary>
    /// <param name="plan">What to take part in, and how.</param>
    /// <param name="origin">Where the media comes from.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="factory">Makes the connections, and is disposed of at the end; <see langword="null"/>: no neighbors.</param>
    /// <param name="downlink">Limits what is received.</param>
    /// <param name="stopped">Ends whatever is under way.</param>
    public Participation(
        ParticipationPlan plan, OriginClient origin, IMediaOutput output, IPeerConnectionFactory? factory, DownlinkShaper downlink, CancellationToken stopped)
    {
        Plan = plan;
        _verifier = plan.Verifier;
        _factory = factory;
        Driver = new SwarmDriver(new SwarmSession(plan.Options, plan.Verifier, new Random()), this, factory);
        Pump = new OutputPump(output, origin);
        _fetcher = new OriginFetcher(origin, stopped);
        string swarm = SwarmId.Derive(plan.Verifier.ChannelFingerprint, plan.Rendition.Name).ToString();
        Tracker = new TrackerClient(
            TrackerAddress(origin.Address, plan.Descriptor.TrackerPath),
            resume => new JoinMessage(1, swarm, UplinkKbps(plan.Options.UploadLimit), Listening: true, resume),
            OnTracker);
        if (factory is not null)
        {
            BoundConnections(plan.Options.UploadLimit);
            _signaling = new PeerSignaling(Driver, Tracker);
            _connector = new NeighborConnector(factory, Driver, _signaling.Send, downlink);
            _signaling.Received += _connector.Receive;
        }

        _moves = new NetworkMoves(() =>
        {
            Tracker.Reconnect();
            origin.Reconnect();
        });
    }

    /// <summary>What this is a part in.</summary>
    public ParticipationPlan Plan { get; }

    /// <summary>The engine.</summary>
    public SwarmDriver Driver { get; }

    /// <summary>The way to the output.</summary>
    public OutputPump Pump { get; }

    /// <summary>The connection to the tracker.</summary>
    public TrackerClient Tracker { get; }

    /// <summary>Changes what is given to others at most, in bits per second; 0: nothing.</summary>
    public void SetUploadLimit(long bitsPerSecond)
    {
        BoundConnections(bitsPerSecond);
        Driver.Run((session, now) => session.SetUploadLimit(now, bitsPerSecond));
    }

    /// <summary>Stays with the tracker and reports to it until canceled; returns at once where there are to be no neighbors.</summary>
    public Task TrackAsync(CancellationToken cancellation) =>
        _connector is null ? Task.CompletedTask : Task.WhenAll(Tracker.RunAsync(cancellation), ReportAsync(cancellation));

    /// <inheritdoc/>
    public void Dispose()
    {
        _moves.Dispose();
        Driver.Dispose();
        _connector?.Dispose();
        _factory?.Dispose();
        _verifier.Dispose();
    }

    // Else chunks for several neighbors would fill the line's queue, and requests and announcements come late behind them.
    private void BoundConnections(long bitsPerSecond)
    {
        if (_factory is not null)
        {
            _factory.MaxSendRate = Math.Max(LeastSendRate, bitsPerSecond);
        }
    }

    void ISwarmEffects.Connect(PeerId peer) => _connector?.Connect(peer);

    void ISwarmEffects.Disconnect(NeighborConnection neighbor, DisconnectReason reason) => _connector?.Disconnect(neighbor);

    void ISwarmEffects.WantPeers(int count, IReadOnlyList<PeerId> exclude) =>
        Tracker.Send(new WantPeersMessage(count, [.. exclude.Take(64).Select(peer => peer.ToString())]));

    void ISwarmEffects.FetchChunks(int request, ChunkRange range) => _fetcher.FetchChunks(Driver, request, range);

    void ISwarmEffects.CancelFetch(int request) => _fetcher.Cancel(request);

    void ISwarmEffects.FetchBatches(ChunkId from, TimeSpan wait) => _fetcher.FetchBatches(Driver, from, wait);

    void ISwarmEffects.Deliver(ChunkInfo chunk, SignedBatch batch, ReadOnlyMemory<byte> bytes) => Pump.Deliver(chunk, batch, bytes);

    void ISwarmEffects.RelayedSignal(PeerId from, ReadOnlyMemory<byte> message) => _signaling?.ReceiveFromNeighbor(from, message);

    void ISwarmEffects.Skip(ChunkRange lost) => Pump.Skip(lost);

    private void OnTracker(SignalingMessage message)
    {
        switch (message)
        {
            case WelcomeMessage welcome when PeerId.TryParse(welcome.PeerId, out PeerId me):
                _connector?.Welcome(me);
                Driver.Run((session, now) => session.Join(now, me));
                break;
            case PeersMessage peers:
                ImmutableArray<(PeerId Peer, int)> candidates = Parse(peers.Peers, entry => entry.PeerId, entry => entry.UplinkKbps);
                _signaling?.Introduced(candidates.Select(candidate => candidate.Peer));
                Driver.Run((session, now) => session.CandidatePeers(now, candidates.AsSpan()));
                break;
            case SeedsMessage seeds:
                ImmutableArray<(PeerId, double)> set = Parse(seeds.Seeds, entry => entry.PeerId, entry => entry.Weight);
                Driver.Run((session, now) => session.SetSeeds(now, seeds.Version, seeds.Copies, set));
                break;
            case RelayedMessage relayed:
                _signaling?.ReceiveFromTracker(relayed);
                break;
        }
    }

    private async Task ReportAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(ReportInterval, cancellation).ConfigureAwait(false);
            if (Driver.Run((session, now) => session.GetStatistics(now)) is { } s)
            {
                Tracker.Send(new ReportMessage(
                    s.OriginBytes, s.NeighborBytes, s.UploadedBytes, s.ProvenUplinkKbps, s.ChunksReceived, s.Fallbacks, s.Neighbors));
            }
        }
    }

    /// <summary>Entries whose id is no peer id are passed over.</summary>
    private static ImmutableArray<(PeerId Peer, T Value)> Parse<TEntry, T>(
        ImmutableArray<TEntry> entries, Func<TEntry, string> id, Func<TEntry, T> value)
    {
        var parsed = ImmutableArray.CreateBuilder<(PeerId, T)>(entries.Length);
        foreach (TEntry entry in entries)
        {
            if (PeerId.TryParse(id(entry), out PeerId peer))
            {
                parsed.Add((peer, value(entry)));
            }
        }

        return parsed.DrainToImmutable();
    }

    private static Uri TrackerAddress(Uri origin, string path)
    {
        var address = new UriBuilder(new Uri(origin, path));
        address.Scheme = address.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        return address.Uri;
    }

    /// <summary>What to state when nothing limits the upload: enough to count as a good neighbor, until more is proven.</summary>
    private static int UplinkKbps(long limit) => (int)Math.Min(limit / 1000, 20_000);
}

/// <summary>What to take part in, and how.</summary>
internal sealed record ParticipationPlan(
    ChannelDescriptor Descriptor, RenditionDescriptor Rendition, ManifestVerifier Verifier, SwarmOptions Options)
{
    /// <summary>The latency is the viewer's own wish: the origin may not let it begin further behind.</summary>
    public bool OwnLatency { get; init; }
}

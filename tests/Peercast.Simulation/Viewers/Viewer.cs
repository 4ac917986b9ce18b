using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;
using Peercast.Simulation.Engines;
using Peercast.Simulation.Kernel;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Viewers;

/// <summary>
/// A viewer: an engine, the production <see cref="SwarmSession"/> or one to compare it with, and a driver in virtual time that does what the player's own
/// driver does, turn by turn.
/// </summary>
internal sealed class Viewer : Actor
{
    /// <summary>As in the player: one event can free buffers that let the engine send more.</summary>
    private const int MaxRounds = 8;

    /// <summary>As in the player: half a chunk left to send is the moment to decide what comes next.</summary>
    private const long BufferedAmountLowThreshold = 32 * 1024;

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    private readonly Setting _setting;
    private readonly Uplink _uplink;
    private readonly ViewerSink _sink;
    private TimeSpan _epoch;
    private TimeSpan _wake = TimeSpan.MaxValue;
    private TimeSpan _wakeFor = TimeSpan.MaxValue;
    private IViewerEngine? _session;
    private bool _isSilent;

    public Viewer(int index, Setting setting, PeerProfile profile)
        : base(index)
    {
        _setting = setting;
        Profile = profile;
        _uplink = new Uplink(profile.LineUp);
        Log = new ViewerLog(setting, profile);
        Network = new ViewerNetwork(this, setting, profile, _uplink, Send);
        Connections = new ConnectionTable(this, setting);
        Signaling = new ViewerSignaling(this, setting, profile);
        Origin = new ViewerOrigin(this, setting);
        _sink = new ViewerSink(this);
        Schedule(profile.JoinsAt, new SimEvent(EventKind.Begin));
        Schedule(profile.LeavesAt, EventKind.Leave);
        Schedule(profile.FallsSilentAt, EventKind.FallSilent);
        foreach ((TimeSpan at, double fraction) in profile.Seeks)
        {
            Schedule(at, new SimEvent(EventKind.Seek, (long)(fraction * 1e6)));
        }
    }

    public PeerProfile Profile { get; }

    /// <summary>What it lived through.</summary>
    public ViewerLog Log { get; }

    public ViewerNetwork Network { get; }

    public ConnectionTable Connections { get; }

    public ViewerSignaling Signaling { get; }

    public ViewerOrigin Origin { get; }

    /// <summary>Whether the player is open.</summary>
    public bool IsWatching => _session is not null;

    /// <inheritdoc/>
    public override TimeSpan ShortestDelay => Profile.AccessDelay + Paths.ShortestAccessDelay;

    /// <summary>The engine's time: it begins with the player, as in a process of its own.</summary>
    public TimeSpan EngineNow => Now - _epoch;

    /// <inheritdoc/>
    protected override TimeSpan TimerAt => _isSilent ? TimeSpan.MaxValue : _wake < _uplink.Due ? _wake : _uplink.Due;

    /// <summary>Lets an event into the engine, and does what the engine then wants.</summary>
    public void Run(Action<IViewerEngine, TimeSpan> action)
    {
        if (_session is { } session)
        {
            action(session, EngineNow);
            Settle(session);
        }
    }

    /// <summary>Lets a question into the engine.</summary>
    public T? Ask<T>(Func<IViewerEngine, TimeSpan, T> question)
    {
        if (_session is not { } session)
        {
            return default;
        }

        T answer = question(session, EngineNow);
        Settle(session);
        return answer;
    }

    /// <summary>A control message came.</summary>
    public void Receive(Connection connection, ReadOnlySpan<byte> message)
    {
        connection.HasSpoken = true;
        if (_session is { } session)
        {
            session.Receive(EngineNow, connection.Id, message);
            Settle(session);
        }
    }

    /// <summary>A message on the data channel came through the downlink.</summary>
    public void Receive(Connection connection, in DataFragment fragment)
    {
        if (_session is { } session)
        {
            session.Receive(EngineNow, connection.Id, fragment);
            Settle(session);
        }
    }

    /// <summary>The run is over.</summary>
    public void Finish(TimeSpan now)
    {
        if (_session is { } session)
        {
            Log.Finish(now, session.GetStatistics(now - _epoch));
            Connections.PartFromAll(now);
        }
    }

    /// <inheritdoc/>
    protected override void Handle(in SimEvent e)
    {
        if (_isSilent)
        {
            return;
        }

        switch (e.Kind)
        {
            case EventKind.Begin:
                Begin();
                break;
            case EventKind.Leave:
                Leave();
                break;
            case EventKind.FallSilent:
                _isSilent = true;
                Log.End(Now, _session?.GetStatistics(EngineNow));
                _session = null;
                break;
            case EventKind.Sample when _session is { } session:
                Log.Sample(Now, session.GetStatistics(EngineNow));
                Schedule(Now + SampleInterval, new SimEvent(EventKind.Sample));
                break;
            case EventKind.Report when _session is { } session:
                Signaling.Report(session.GetStatistics(EngineNow));
                Schedule(Now + ReportInterval, new SimEvent(EventKind.Report));
                break;
            case EventKind.Seek when IsWatching:
                Origin.Seek(e.Number / 1e6);
                break;
            case EventKind.Control or EventKind.Data or EventKind.DataThroughDownlink:
                Network.Arrive(e);
                break;
            case EventKind.Connected or EventKind.ConnectTimeout or EventKind.Closed or EventKind.ConnectWanted:
                Connections.Handle(e);
                break;
            case EventKind.Signaling or EventKind.SignalingLost when IsWatching:
                Signaling.Handle(e);
                break;
            case EventKind.RelayedSignal:
                Signaling.ReceiveFromNeighbor(new PeerId((ulong)e.Number), e.Bytes.Span);
                break;
            case EventKind.OriginBatch or EventKind.OriginChunk or EventKind.OriginChunkThroughDownlink
                or EventKind.OriginReplyEnd or EventKind.JoinAgain when IsWatching:
                Origin.Handle(e);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnTimer()
    {
        if (_uplink.Due <= Now)
        {
            if (Network.SendNext() is { } connection && _session is { } session
                && Network.CrossedLow(connection, BufferedAmountLowThreshold))
            {
                session.DataBufferChanged(EngineNow, connection.Id, connection.Queue!.Buffered);
                Settle(session);
            }
        }
        else if (_session is { } session)
        {
            _wakeFor = TimeSpan.MaxValue;
            session.Tick(EngineNow);
            Settle(session);
        }
        else
        {
            _wake = TimeSpan.MaxValue;
        }
    }

    /// <summary>Sends an event to another actor.</summary>
    public new void Send(int to, TimeSpan at, in SimEvent e) => base.Send(to, at, e);

    private void Schedule(TimeSpan? at, EventKind kind)
    {
        if (at is { } time)
        {
            Schedule(time, new SimEvent(kind));
        }
    }

    private void Begin()
    {
        _epoch = Now;
        _session = _setting.CreateEngine(
            _setting.Options with { UploadLimit = Profile.Manners == Manners.FreeRider ? 0 : Profile.StatedUplink },
            _setting.Verifier.For(chunk => Log.Hold(Now, chunk)),
            new Random(HashCode32.Of(_setting.Seed, Index, 1)));
        Log.Begin(Now);
        Origin.Begin();
        if (!_setting.HasQueue)
        {
            Signaling.Begin();
        }

        Schedule(Now + SampleInterval, new SimEvent(EventKind.Sample));
        Schedule(Now + ReportInterval, new SimEvent(EventKind.Report));
    }

    private void Leave()
    {
        if (_session is { } session)
        {
            Log.End(Now, session.GetStatistics(EngineNow));
            session.Leave(EngineNow);
            _session = null;
            Connections.CloseAll();
            Signaling.Leave();
        }

        _wake = TimeSpan.MaxValue;
    }

    private void Settle(IViewerEngine session)
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            session.Drain(_sink);
            if (_sink.SentTo.Count == 0)
            {
                break;
            }

            foreach (Connection connection in _sink.SentTo)
            {
                connection.IsSentTo = false;
                session.DataBufferChanged(EngineNow, connection.Id, connection.Queue!.Buffered);
            }

            _sink.SentTo.Clear();
        }

        Log.See(Now, session.State);
        TimeSpan due = session.NextDeadline;
        if (due != _wakeFor)
        {
            // The player's timer counts in whole milliseconds and rounds up.
            _wakeFor = due;
            double wait = Math.Clamp((due - EngineNow).TotalMilliseconds + 1, 1, 60_000);
            _wake = Now + TimeSpan.FromMilliseconds(Math.Floor(wait));
        }
    }
}

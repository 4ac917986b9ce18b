using System.Net;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.DataChannels;
using Peercast.WebRtc.Driver;
using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc;

/// <summary>
/// One connection to one peer. Any thread may call it; whoever does runs the engine under the connection's lock. Events
/// are raised after the lock's release, on the threads of the driver only: a caller's own locks are never held in a handler.
/// </summary>
internal sealed class PeerConnection : IPeerConnection, IPacketTarget, IDeadlineTarget, IPutOffSender
{
    private const string Over = "The connection is closed.";

    private readonly DriverHost _host;
    private readonly Action<PeerConnection> _ended;
    private readonly DataChannelGate _gate;
    private readonly EventQueue _events;
    private readonly EventRaiser _raiser;
    private readonly ConnectionEngine _engine;
    private readonly Action _raiseChannelEvents;

    private readonly DeadlineEntry _timer;
    private TimeSpan? _timerAt;
    private TimeSpan _timerDue;
    private long _receivedBytes;
    private bool _over;
    private volatile PeerConnectionState _state = PeerConnectionState.New;

    /// <summary>Makes a connection that has not begun to connect.</summary>
    /// <param name="host">What it shares with others.</param>
    /// <param name="ended">Called once when it has closed or failed, under its lock.</param>
    public PeerConnection(DriverHost host, Action<PeerConnection> ended)
    {
        _host = host;
        _ended = ended;
        _events = new EventQueue(host.Options.MaxUndeliveredBytes);
        _raiser = new EventRaiser(host, _events);
        _timer = new DeadlineEntry(this);
        _gate = new DataChannelGate { Wake = Wake, Now = () => host.Clock.Now };
        _engine = new ConnectionEngine(host, this, _gate, OnCandidateResolved);
        _engine.Channels.ChannelReceived += channel => DataChannelReceived?.Invoke(channel);
        _raiseChannelEvents = _engine.Channels.RaiseEvents;
    }

    public event Action<PeerConnectionState>? StateChanged;

    public event Action<IceCandidate?>? IceCandidateGathered;

    public event Action<IDataChannel>? DataChannelReceived;

    public event Action? NegotiationNeeded;

    public PeerConnectionState State => _state;

    public IDataChannel CreateDataChannel(string label, DataChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(label);
        lock (_gate.Lock)
        {
            DataChannel channel = _engine.Channels.Create(label, options ?? new DataChannelOptions());
            AdvanceForUser();
            return channel;
        }
    }

    public SessionDescription CreateOffer()
    {
        lock (_gate.Lock)
        {
            if (_over)
            {
                throw new InvalidOperationException(Over);
            }

            SessionDescription offer = _engine.Negotiation.CreateOffer(_host.Clock.Now);
            AdvanceForUser();
            return offer;
        }
    }

    public SessionDescription? TryAcceptOffer(SessionDescription offer, out string? error)
    {
        ArgumentNullException.ThrowIfNull(offer);
        lock (_gate.Lock)
        {
            if (_over)
            {
                error = Over;
                return null;
            }

            SessionDescription? answer = _engine.Negotiation.TryAcceptOffer(_host.Clock.Now, offer, out error);
            AdvanceForUser();
            return answer;
        }
    }

    public bool TryAcceptAnswer(SessionDescription answer, out string? error)
    {
        ArgumentNullException.ThrowIfNull(answer);
        lock (_gate.Lock)
        {
            if (_over)
            {
                error = Over;
                return false;
            }

            bool accepted = _engine.Negotiation.TryAcceptAnswer(_host.Clock.Now, answer, out error);
            AdvanceForUser();
            return accepted;
        }
    }

    public void AddIceCandidate(IceCandidate candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        lock (_gate.Lock)
        {
            if (!_over)
            {
                _engine.Negotiation.AddCandidate(_host.Clock.Now, candidate);
                AdvanceForUser();
            }
        }
    }

    public void RestartIce()
    {
        lock (_gate.Lock)
        {
            if (!_over && _engine.Negotiation.Remote is not null)
            {
                WantRestart();
                _raiser.RaiseSoon();
            }
        }
    }

    /// <summary>The sockets have changed. Called by the timer thread.</summary>
    /// <param name="gone">Addresses of those that are closed.</param>
    public void SocketsChanged(IReadOnlyList<IPEndPoint> gone) => RunOnDriver(now =>
    {
        if (_engine.SocketsChanged(now, gone))
        {
            WantRestart();
        }
    });

    /// <summary>What the routers have done for our sockets has changed. Called by a thread of the driver.</summary>
    public void PortMappingsChanged() => RunOnDriver(_engine.PortMappingsChanged);

    /// <summary>Closes the connection at once, as <c>close()</c> of webrtc-pc does: what has not been sent is lost.</summary>
    public void Dispose()
    {
        lock (_gate.Lock)
        {
            if (!_over)
            {
                _engine.Close(_host.Clock.Now);
                AdvanceForUser();
            }
        }
    }

    /// <summary>Raises what waits on the calling thread: for the factory, whose own threads have ended.</summary>
    public void RaiseRemainingEvents() => _events.Drain();

    void IPacketTarget.StunReceived(DatagramSocket socket, SocketAddress source, ReadOnlySpan<byte> datagram)
    {
        lock (_gate.Lock)
        {
            if (!_over)
            {
                _engine.StunReceived(_host.Clock.Now, socket, source, datagram);
                Advance();
            }
        }

        DriverTurn.Raise(_events);
    }

    void IPacketTarget.DtlsReceived(ReceivedBatch batch, int first, int end)
    {
        lock (_gate.Lock)
        {
            if (!_over && !_events.IsFull)
            {
                TimeSpan now = _host.Clock.Now;
                for (int i = first; i < end; i++)
                {
                    _engine.DtlsReceived(now, batch[i]);
                }

                Advance(dataOnly: true);
            }
        }

        DriverTurn.Raise(_events);
    }

    void IPacketTarget.PathTaken() => RunOnDriver(_ => _engine.Fail());

    void IDeadlineTarget.DeadlineReached()
    {
        lock (_gate.Lock)
        {
            _timerAt = null;
            if (_over)
            {
                return;
            }

            // It may have moved on while this call was on its way.
            TimeSpan now = _host.Clock.Now;
            if (_engine.NextDeadline(now) is { } next && next > now)
            {
                Schedule(now, next);
                return;
            }

            _engine.Tick(now);
            Advance();
        }

        DriverTurn.Raise(_events);
    }

    /// <summary>A name in a candidate of the peer has been found. Called on a thread of the driver.</summary>
    private void OnCandidateResolved(IceCandidateLine candidate) => RunOnDriver(now => _engine.Negotiation.AddCandidate(now, candidate));

    /// <summary>Runs the engine for something rare that happened on a thread of the driver.</summary>
    private void RunOnDriver(Action<TimeSpan> step)
    {
        lock (_gate.Lock)
        {
            if (!_over)
            {
                step(_host.Clock.Now);
                Advance();
            }
        }

        DriverTurn.Raise(_events);
    }

    void IPutOffSender.SendPutOff()
    {
        lock (_gate.Lock)
        {
            if (!_over)
            {
                Advance(dataOnly: true);
            }
        }

        _events.Drain();
    }

    /// <summary>A channel has something to send, or its events wait. Called by any thread.</summary>
    private void Wake()
    {
        if (DriverTurn.TryPutOff(this))
        {
            return;
        }

        lock (_gate.Lock)
        {
            if (!_over)
            {
                AdvanceForUser(dataOnly: true);
            }
        }
    }

    private void WantRestart()
    {
        _engine.Negotiation.RestartWanted = true;
        _events.Post(() => NegotiationNeeded?.Invoke());
    }

    private void AdvanceForUser(bool dataOnly = false)
    {
        Advance(dataOnly);
        _raiser.RaiseSoon();
    }

    /// <summary>After every call into the engine: sends, tells, and makes sure to be called again in time.</summary>
    /// <param name="dataOnly">The call concerned nothing but data.</param>
    private void Advance(bool dataOnly = false)
    {
        TimeSpan now = _host.Clock.Now;
        if (!_over && dataOnly)
        {
            _engine.PumpData(now);
        }
        else if (!_over)
        {
            _engine.Pump(now);
            PostCandidates();
        }

        PeerConnectionState state = _engine.State;
        bool over = state is PeerConnectionState.Closed or PeerConnectionState.Failed;
        if (over && !_over)
        {
            _over = true;
            _engine.Close(now);
            _engine.Dispose();
            _ended(this);
        }

        // A connection comes to life before its channels do, and dies after them.
        if (!over)
        {
            PostState(state);
        }

        if (_engine.Channels.HasEvents)
        {
            _events.Post(_raiseChannelEvents, _engine.ReceivedBytes - _receivedBytes);
        }

        _receivedBytes = _engine.ReceivedBytes;
        PostState(state);
        if (!over && _engine.NextDeadline(now) is { } next)
        {
            Schedule(now, next);
        }
    }

    /// <summary>Has the timer thread call then and not before.</summary>
    private void Schedule(TimeSpan now, TimeSpan at)
    {
        if (at == _timerAt)
        {
            return;
        }

        TimeSpan due = DeadlineThread.RoundUp(at, now);
        if (_timerAt is null || due != _timerDue)
        {
            _host.Deadlines.Move(_timer, due);
        }

        (_timerAt, _timerDue) = (at, due);
    }

    private void PostCandidates()
    {
        while (_engine.Negotiation.TryTakeLocalCandidate(out IceCandidate? candidate))
        {
            _events.Post(() => IceCandidateGathered?.Invoke(candidate));
        }
    }

    private void PostState(PeerConnectionState state)
    {
        if (state != _state)
        {
            _state = state;
            PostNewState(state);
        }
    }

    // By itself, because a method whose argument is captured allocates whenever it is called.
    private void PostNewState(PeerConnectionState state) => _events.Post(() => StateChanged?.Invoke(state));
}

using System.Net;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.DataChannels;
using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// Runs the engine of one connection, for its user and for the threads of the driver: whoever calls does so under the
/// connection's lock. After each call it sends, tells, and sets the timer. Events are raised after the lock's release, on the
/// threads of the driver only: a caller's own locks are never held in a handler.
/// </summary>
internal sealed class ConnectionRunner : IPacketTarget, IDeadlineTarget, IPutOffSender
{
    private readonly DriverClock _clock;
    private readonly Action _ended;
    private readonly DataChannelGate _gate;
    private readonly EventQueue _events;
    private readonly EventRaiser _raiser;
    private readonly Action _raiseChannelEvents;
    private readonly ConnectionTimer _timer;
    private long _receivedBytes;
    private volatile PeerConnectionState _state = PeerConnectionState.New;

    /// <summary>Makes a connection that has not begun to connect.</summary>
    /// <param name="host">What it shares with others.</param>
    /// <param name="ended">Called once when it has closed or failed, under its lock.</param>
    public ConnectionRunner(DriverHost host, Action ended)
    {
        _clock = host.Clock;
        _ended = ended;
        _events = new EventQueue(host.Options.MaxUndeliveredBytes);
        _raiser = new EventRaiser(host, _events);
        _timer = new ConnectionTimer(host.Deadlines, this);
        _gate = new DataChannelGate { Wake = Wake, Now = () => _clock.Now };
        Engine = new ConnectionEngine(host, this, _gate, OnCandidateResolved);
        _raiseChannelEvents = Engine.Channels.RaiseEvents;
    }

    /// <summary>The state has changed. Raised by a thread of the driver, as the events below are.</summary>
    public event Action<PeerConnectionState>? StateChanged;

    /// <summary>A candidate is to be signaled; <see langword="null"/> after the last.</summary>
    public event Action<IceCandidate?>? CandidateGathered;

    /// <summary>A restart of ICE is wanted: an offer is to be made.</summary>
    public event Action? NegotiationNeeded;

    /// <summary>To be held around every call of <see cref="Engine"/>, and of <see cref="AdvanceForUser"/> after it.</summary>
    public Lock Lock => _gate.Lock;

    /// <summary>The engine, to be left alone once <see cref="IsOver"/>.</summary>
    public ConnectionEngine Engine { get; }

    /// <summary>The engine's time.</summary>
    public TimeSpan Now => _clock.Now;

    /// <summary>The connection has closed or failed.</summary>
    public bool IsOver { get; private set; }

    /// <summary>What has been told last, or is about to be.</summary>
    public PeerConnectionState State => _state;

    /// <summary>After a call of the user into the engine: the same as after one of the driver, but its events are left to the driver.</summary>
    /// <param name="dataOnly">The call concerned nothing but data.</param>
    public void AdvanceForUser(bool dataOnly = false)
    {
        Advance(dataOnly);
        _raiser.RaiseSoon();
    }

    /// <summary>Asks for an offer that restarts ICE, if there is anything to restart.</summary>
    public void RestartIce()
    {
        lock (_gate.Lock)
        {
            if (!IsOver && Engine.Negotiation.Remote is not null)
            {
                WantRestart();
                _raiser.RaiseSoon();
            }
        }
    }

    /// <summary>Closes the connection at once: what has not been sent is lost.</summary>
    public void Close()
    {
        lock (_gate.Lock)
        {
            if (!IsOver)
            {
                Engine.Close(Now);
                AdvanceForUser();
            }
        }
    }

    /// <summary>The sockets have changed. Called by the timer thread.</summary>
    /// <param name="gone">Addresses of those that are closed.</param>
    public void SocketsChanged(IReadOnlyList<IPEndPoint> gone) => RunOnDriver(now =>
    {
        if (Engine.SocketsChanged(now, gone))
        {
            WantRestart();
        }
    });

    /// <summary>What the routers have done for our sockets has changed. Called by a thread of the driver.</summary>
    public void PortMappingsChanged() => RunOnDriver(Engine.PortMappingsChanged);

    /// <summary>Raises what waits on the calling thread: for the factory, whose own threads have ended.</summary>
    public void RaiseRemainingEvents() => _events.Drain();

    void IPacketTarget.StunReceived(DatagramSocket socket, SocketAddress source, ReadOnlySpan<byte> datagram)
    {
        lock (_gate.Lock)
        {
            if (!IsOver)
            {
                Engine.StunReceived(Now, socket, source, datagram);
                Advance();
            }
        }

        DriverTurn.Raise(_events);
    }

    void IPacketTarget.DtlsReceived(ReceivedBatch batch, int first, int end)
    {
        lock (_gate.Lock)
        {
            if (!IsOver && !_events.IsFull)
            {
                TimeSpan now = Now;
                for (int i = first; i < end; i++)
                {
                    Engine.DtlsReceived(now, batch[i]);
                }

                Advance(dataOnly: true);
            }
        }

        DriverTurn.Raise(_events);
    }

    void IPacketTarget.PathTaken() => RunOnDriver(_ => Engine.Fail());

    void IDeadlineTarget.DeadlineReached()
    {
        lock (_gate.Lock)
        {
            _timer.Reached();
            if (IsOver)
            {
                return;
            }

            // It may have moved on while this call was on its way.
            TimeSpan now = Now;
            if (Engine.NextDeadline(now) is { } next && next > now)
            {
                _timer.Schedule(now, next);
                return;
            }

            Engine.Tick(now);
            Advance();
        }

        DriverTurn.Raise(_events);
    }

    /// <summary>A name in a candidate of the peer has been found. Called on a thread of the driver.</summary>
    private void OnCandidateResolved(IceCandidateLine candidate) => RunOnDriver(now => Engine.Negotiation.AddCandidate(now, candidate));

    /// <summary>Runs the engine for something rare that happened on a thread of the driver.</summary>
    private void RunOnDriver(Action<TimeSpan> step)
    {
        lock (_gate.Lock)
        {
            if (!IsOver)
            {
                step(Now);
                Advance();
            }
        }

        DriverTurn.Raise(_events);
    }

    void IPutOffSender.SendPutOff(bool ofUser)
    {
        if (ofUser)
        {
            SendForUser();
            return;
        }

        lock (_gate.Lock)
        {
            if (!IsOver)
            {
                Advance(dataOnly: true);
            }
        }

        _events.Drain();
    }

    /// <summary>A channel has something to send, or its events wait. Called by any thread.</summary>
    private void Wake()
    {
        if (!DriverTurn.TryPutOff(this))
        {
            SendForUser();
        }
    }

    private void SendForUser()
    {
        lock (_gate.Lock)
        {
            if (!IsOver)
            {
                AdvanceForUser(dataOnly: true);
            }
        }
    }

    private void WantRestart()
    {
        Engine.Negotiation.RestartWanted = true;
        _events.Post(() => NegotiationNeeded?.Invoke());
    }

    /// <summary>After every call into the engine: sends, tells, and makes sure to be called again in time.</summary>
    /// <param name="dataOnly">The call concerned nothing but data.</param>
    private void Advance(bool dataOnly = false)
    {
        TimeSpan now = Now;
        if (!IsOver && dataOnly)
        {
            Engine.PumpData(now);
        }
        else if (!IsOver)
        {
            Engine.Pump(now);
            PostCandidates();
        }

        PeerConnectionState state = Engine.State;
        bool over = state is PeerConnectionState.Closed or PeerConnectionState.Failed;
        if (over && !IsOver)
        {
            IsOver = true;
            Engine.Close(now);
            Engine.Dispose();
            _ended();
        }

        // A connection comes to life before its channels do, and dies after them.
        if (!over)
        {
            PostState(state);
        }

        if (Engine.Channels.HasEvents)
        {
            _events.Post(_raiseChannelEvents, Engine.ReceivedBytes - _receivedBytes);
        }

        _receivedBytes = Engine.ReceivedBytes;
        PostState(state);
        if (!over && Engine.NextDeadline(now) is { } next)
        {
            _timer.Schedule(now, next);
        }
    }

    private void PostCandidates()
    {
        while (Engine.Negotiation.TryTakeLocalCandidate(out IceCandidate? candidate))
        {
            _events.Post(() => CandidateGathered?.Invoke(candidate));
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

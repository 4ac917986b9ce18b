using System.Net;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.DataChannels;
using Peercast.WebRtc.Driver;

namespace Peercast.WebRtc;

/// <summary>One connection to one peer, as its user sees it. Any thread may call it.</summary>
internal sealed class PeerConnection : IPeerConnection
{
    private const string Over = "The connection is closed.";

    private readonly ConnectionRunner _runner;

    /// <summary>Makes a connection that has not begun to connect.</summary>
    /// <param name="host">What it shares with others.</param>
    /// <param name="ended">Called once when it has closed or failed, under its lock.</param>
    public PeerConnection(DriverHost host, Action<PeerConnection> ended)
    {
        _runner = new ConnectionRunner(host, () => ended(this));
        _runner.StateChanged += state => StateChanged?.Invoke(state);
        _runner.CandidateGathered += candidate => IceCandidateGathered?.Invoke(candidate);
        _runner.NegotiationNeeded += () => NegotiationNeeded?.Invoke();
        _runner.Engine.Channels.ChannelReceived += channel => DataChannelReceived?.Invoke(channel);
    }

    public event Action<PeerConnectionState>? StateChanged;

    public event Action<IceCandidate?>? IceCandidateGathered;

    public event Action<IDataChannel>? DataChannelReceived;

    public event Action? NegotiationNeeded;

    public PeerConnectionState State => _runner.State;

    public IDataChannel CreateDataChannel(string label, DataChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(label);
        lock (_runner.Lock)
        {
            DataChannel channel = _runner.Engine.Channels.Create(label, options ?? new DataChannelOptions());
            _runner.AdvanceForUser();
            return channel;
        }
    }

    public SessionDescription CreateOffer()
    {
        lock (_runner.Lock)
        {
            if (_runner.IsOver)
            {
                throw new InvalidOperationException(Over);
            }

            SessionDescription offer = _runner.Engine.Negotiation.CreateOffer(_runner.Now);
            _runner.AdvanceForUser();
            return offer;
        }
    }

    public SessionDescription? TryAcceptOffer(SessionDescription offer, out string? error)
    {
        ArgumentNullException.ThrowIfNull(offer);
        lock (_runner.Lock)
        {
            if (_runner.IsOver)
            {
                error = Over;
                return null;
            }

            SessionDescription? answer = _runner.Engine.Negotiation.TryAcceptOffer(_runner.Now, offer, out error);
            _runner.AdvanceForUser();
            return answer;
        }
    }

    public bool TryAcceptAnswer(SessionDescription answer, out string? error)
    {
        ArgumentNullException.ThrowIfNull(answer);
        lock (_runner.Lock)
        {
            if (_runner.IsOver)
            {
                error = Over;
                return false;
            }

            bool accepted = _runner.Engine.Negotiation.TryAcceptAnswer(_runner.Now, answer, out error);
            _runner.AdvanceForUser();
            return accepted;
        }
    }

    public void AddIceCandidate(IceCandidate candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        lock (_runner.Lock)
        {
            if (!_runner.IsOver)
            {
                _runner.Engine.Negotiation.AddCandidate(_runner.Now, candidate);
                _runner.AdvanceForUser();
            }
        }
    }

    public void RestartIce() => _runner.RestartIce();

    /// <summary>The sockets have changed. Called by the timer thread.</summary>
    /// <param name="gone">Addresses of those that are closed.</param>
    public void SocketsChanged(IReadOnlyList<IPEndPoint> gone) => _runner.SocketsChanged(gone);

    /// <summary>What the routers have done for our sockets has changed. Called by a thread of the driver.</summary>
    public void PortMappingsChanged() => _runner.PortMappingsChanged();

    /// <summary>Closes the connection at once, as <c>close()</c> of webrtc-pc does: what has not been sent is lost.</summary>
    public void Dispose() => _runner.Close();

    /// <summary>Raises what waits on the calling thread: for the factory, whose own threads have ended.</summary>
    public void RaiseRemainingEvents() => _runner.RaiseRemainingEvents();
}

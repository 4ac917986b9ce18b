using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Threading.Channels;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Transport;

namespace Peercast.Player.Session;

/// <summary>
/// Makes and ends the connections to neighbors: offers for the engine's wishes, answers to the offers of others, and
/// what the tracker relays between the two.
/// </summary>
internal sealed class NeighborConnector : INeighborEvents, IDisposable
{
    /// <summary>Why a restart is refused: unlike <c>gone</c>, which the tracker says of a peer that it has lost, it ends an open connection.</summary>
    private const string ConnectionOver = "over";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly IPeerConnectionFactory _factory;
    private readonly SwarmDriver _driver;
    private readonly Action<RelayedMessage> _send;
    private readonly DownlinkShaper _downlink;
    private readonly Dictionary<PeerId, NeighborConnection> _connections = [];
    private readonly NeighborRestarts _restarts;

    /// <summary>Messages on their way through a limited downlink, in the order in which they came.</summary>
    private readonly Channel<(NeighborConnection Neighbor, bool OnDataChannel, byte[] Message)> _arrivals =
        Channel.CreateUnbounded<(NeighborConnection, bool, byte[])>(new UnboundedChannelOptions { SingleReader = true });

    private PeerId _me;
    private int _lastId;
    private bool _disposed;

    public NeighborConnector(IPeerConnectionFactory factory, SwarmDriver driver, Action<RelayedMessage> send, DownlinkShaper downlink)
    {
        _factory = factory;
        _driver = driver;
        _send = send;
        _downlink = downlink;
        _restarts = new NeighborRestarts(
            send, neighbor => driver.Run((session, now) => session.NeighborRestarting(now, neighbor.Id)));
        if (downlink.IsLimited)
        {
            _ = DeliverShapedAsync();
        }
    }

    /// <summary>The tracker gave the viewer its id: signaling is there, for the first time or again.</summary>
    public void Welcome(PeerId me)
    {
        _me = me;
        _restarts.OfferAgain();
    }

    /// <summary>Offers a connection to a peer. Returns at once.</summary>
    public void Connect(PeerId peer) => ThreadPool.QueueUserWorkItem(_ => Offer(peer));

    /// <summary>Closes a connection that the engine has dropped. Returns at once.</summary>
    public void Disconnect(NeighborConnection neighbor)
    {
        Forget(neighbor);
        Release(neighbor);
    }

    /// <summary>A relayed message came from another peer.</summary>
    public void Receive(RelayedMessage message)
    {
        if (!PeerId.TryParse(message.Peer, out PeerId peer))
        {
            return;
        }

        switch (message)
        {
            case OfferMessage offer when Find(peer, offer.Session) is { } known:
                _restarts.Accept(known, offer, _me);
                break;
            case OfferMessage { Restart: true }:
                // Of a connection that is over here: the peer may offer a new one.
                _send(new RefusedMessage(message.Peer, message.Session, ConnectionOver));
                break;
            case OfferMessage offer:
                Answer(peer, offer);
                break;
            case AnswerMessage answer when Find(peer, answer.Session) is { IsOpen: true } open:
                _restarts.Accept(open, answer);
                break;
            case AnswerMessage answer when Find(peer, answer.Session) is { } attempt:
                if (!attempt.Connection.TryAcceptAnswer(new SessionDescription("answer", answer.Sdp), out _))
                {
                    OnOver(attempt);
                }

                break;
            case CandidateMessage candidate when Find(peer, candidate.Session) is { } attempt:
                if (candidate.Candidate.Length > 0)
                {
                    attempt.Connection.AddIceCandidate(new IceCandidate(candidate.Candidate, candidate.SdpMid));
                }

                break;
            case RefusedMessage refused when Find(peer, refused.Session) is { } attempt && (!attempt.IsOpen || refused.Reason == ConnectionOver):
                OnOver(attempt);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ImmutableArray<NeighborConnection> all;
        lock (_gate)
        {
            _disposed = true;
            all = [.. _connections.Values];
            _connections.Clear();
        }

        _arrivals.Writer.TryComplete();

        foreach (NeighborConnection connection in all)
        {
            connection.Dispose();
        }
    }

    void INeighborEvents.OnOpen(NeighborConnection neighbor) => _driver.Connected(neighbor);

    void INeighborEvents.OnMessage(NeighborConnection neighbor, bool onDataChannel, ReadOnlySpan<byte> message)
    {
        if (!_downlink.IsLimited)
        {
            _driver.Receive(neighbor, onDataChannel, message);
            return;
        }

        _arrivals.Writer.TryWrite((neighbor, onDataChannel, message.ToArray()));
    }

    void INeighborEvents.OnDataBufferLow(NeighborConnection neighbor) => _driver.DataBufferLow(neighbor);

    void INeighborEvents.OnRestartNeeded(NeighborConnection neighbor)
    {
        if (ReferenceEquals(FindAttempt(neighbor.Peer), neighbor))
        {
            _restarts.Begin(neighbor);
        }
    }

    void INeighborEvents.OnOver(NeighborConnection neighbor) => OnOver(neighbor);

    private async Task DeliverShapedAsync()
    {
        await foreach ((NeighborConnection neighbor, bool onDataChannel, byte[] message) in _arrivals.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await Task.Delay(_downlink.Reserve(message.Length)).ConfigureAwait(false);
            _driver.Receive(neighbor, onDataChannel, message);
        }
    }

    private void OnOver(NeighborConnection neighbor)
    {
        if (!Forget(neighbor))
        {
            return;
        }

        if (neighbor.IsOpen)
        {
            _driver.Closed(neighbor);
        }
        else
        {
            _driver.Run((session, now) => session.ConnectFailed(now, neighbor.Peer));
        }

        Release(neighbor);
    }

    /// <summary>Not at once: whoever calls may be called by the connection.</summary>
    private static void Release(NeighborConnection neighbor) =>
        ThreadPool.QueueUserWorkItem(static n => n.Dispose(), neighbor, preferLocal: false);

    private void Offer(PeerId peer)
    {
        string attempt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        if (Create(peer, attempt, weOffer: true) is not { } created)
        {
            // The peer's own offer was answered meanwhile, and what comes of that will be told.
            return;
        }

        try
        {
            _send(new OfferMessage(peer.ToString(), attempt, created.Neighbor.Connection.CreateOffer().Sdp));
        }
        catch (InvalidOperationException)
        {
            // It has closed in the meantime: nobody above this thread would take the exception.
            OnOver(created.Neighbor);
            return;
        }

        created.Candidates.Open();
    }

    private void Answer(PeerId peer, OfferMessage offer)
    {
        NeighborConnection? ours = FindAttempt(peer);
        if (ours is { IsOpen: false, WeOffered: true })
        {
            // Both offered at once: the offer of the smaller id stands, and both sides know which that is.
            if (_me < peer)
            {
                return;
            }

            // No failure: the engine, asked below, lets the peer's offer take the place of ours.
            if (Forget(ours))
            {
                Release(ours);
            }
        }

        bool accepted = _driver.Run((session, now) =>
        {
            bool room = session.AcceptsNeighbor(peer);
            if (room)
            {
                session.NeighborConnecting(now, peer);
            }

            return room;
        });
        if (!accepted)
        {
            _send(new RefusedMessage(peer.ToString(), offer.Session, "full"));
            return;
        }

        if (Create(peer, offer.Session, weOffer: false) is not { } created)
        {
            _driver.Run((session, now) => session.ConnectFailed(now, peer));
            return;
        }

        if (created.Neighbor.Connection.TryAcceptOffer(new SessionDescription("offer", offer.Sdp), out _) is not { } answer)
        {
            OnOver(created.Neighbor);
            return;
        }

        _send(new AnswerMessage(peer.ToString(), offer.Session, answer.Sdp));
        created.Candidates.Open();
    }

    private (NeighborConnection Neighbor, CandidateGate Candidates)? Create(PeerId peer, string attempt, bool weOffer)
    {
        lock (_gate)
        {
            if (_disposed || _connections.ContainsKey(peer))
            {
                return null;
            }

            IPeerConnection connection = _factory.CreatePeerConnection();
            var candidates = new CandidateGate(
                candidate => _send(new CandidateMessage(peer.ToString(), attempt, candidate?.Candidate ?? "", candidate?.SdpMid ?? "0")));
            connection.IceCandidateGathered += candidates.Add;
            var neighbor = new NeighborConnection(new NeighborId(++_lastId), peer, attempt, weOffer, connection, this);
            _connections.Add(peer, neighbor);
            _ = Task.Delay(ConnectTimeout).ContinueWith(
                _ =>
                {
                    if (!neighbor.IsOpen)
                    {
                        OnOver(neighbor);
                    }
                },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
            return (neighbor, candidates);
        }
    }

    private NeighborConnection? FindAttempt(PeerId peer)
    {
        lock (_gate)
        {
            return _connections.GetValueOrDefault(peer);
        }
    }

    private NeighborConnection? Find(PeerId peer, string attempt) =>
        FindAttempt(peer) is { } found && found.Session == attempt ? found : null;

    private bool Forget(NeighborConnection neighbor)
    {
        _restarts.Forget(neighbor);
        lock (_gate)
        {
            return _connections.TryGetValue(neighbor.Peer, out NeighborConnection? known)
                && ReferenceEquals(known, neighbor)
                && _connections.Remove(neighbor.Peer);
        }
    }
}

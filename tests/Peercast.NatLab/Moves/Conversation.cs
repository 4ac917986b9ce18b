using System.Diagnostics;
using Peercast.Player.Session;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Transport;
using Peercast.WebRtc;

namespace Peercast.NatLab.Moves;

/// <summary>One side of two neighbors as a player has them, with its restarts, and steady traffic between them.</summary>
internal sealed class Conversation : INeighborEvents, IDisposable
{
    private const string Session = "move";

    private readonly PeerId _me;
    private readonly PeerId _peer;
    private readonly PeerConnectionFactory _factory;
    private readonly Action<RelayedMessage> _send;
    private readonly NeighborConnection _neighbor;
    private readonly NeighborRestarts _restarts;
    private readonly CandidateGate _candidates;
    private readonly Traffic _traffic = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<long> _notices = [];
    private volatile bool _over;

    /// <summary>Prepares.</summary>
    /// <param name="factory">Is disposed of at the end.</param>
    /// <param name="offers">Whether this side makes the first offer; the ids follow from it.</param>
    /// <param name="send">Carries a message to the other side.</param>
    public Conversation(PeerConnectionFactory factory, bool offers, Action<RelayedMessage> send)
    {
        (_me, _peer) = offers ? (new PeerId(1), new PeerId(2)) : (new PeerId(2), new PeerId(1));
        _factory = factory;
        _send = send;
        _restarts = new NeighborRestarts(send, _ => { });
        IPeerConnection connection = factory.CreatePeerConnection();
        _candidates = new CandidateGate(candidate =>
            send(new CandidateMessage(_peer.ToString(), Session, candidate?.Candidate ?? "", candidate?.SdpMid ?? "0")));
        connection.IceCandidateGathered += _candidates.Add;
        factory.Host.SocketsChanged += _ => Notice();
        _neighbor = new NeighborConnection(new NeighborId(1), _peer, Session, offers, connection, this);
    }

    /// <summary>Both channels are open.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Makes the first offer.</summary>
    public void Offer()
    {
        _send(new OfferMessage(_peer.ToString(), Session, _neighbor.Connection.CreateOffer().Sdp));
        _candidates.Open();
    }

    /// <summary>A message of the other side came.</summary>
    public void Receive(RelayedMessage message)
    {
        switch (message)
        {
            case OfferMessage { Restart: true } offer:
                _restarts.Accept(_neighbor, offer, _me);
                break;
            case OfferMessage offer:
                SessionDescription answer = _neighbor.Connection.TryAcceptOffer(new SessionDescription("offer", offer.Sdp), out string? error)
                    ?? throw new InvalidOperationException(error);
                _send(new AnswerMessage(_peer.ToString(), Session, answer.Sdp));
                _candidates.Open();
                break;
            case AnswerMessage answered:
                _restarts.Accept(_neighbor, answered);
                break;
            case CandidateMessage { Candidate.Length: > 0 } candidate:
                _neighbor.Connection.AddIceCandidate(new IceCandidate(candidate.Candidate, candidate.SdpMid));
                break;
        }
    }

    /// <summary>Ends the traffic of this side.</summary>
    public void Stop() => _traffic.Stop();

    public ConversationReport Report()
    {
        lock (_notices)
        {
            return new ConversationReport(_over || _factory.ConnectionCount != 1, [.. _notices], _traffic.Report());
        }
    }

    public void Dispose()
    {
        _traffic.Stop();
        _neighbor.Dispose();
        _factory.Dispose();
    }

    void INeighborEvents.OnOpen(NeighborConnection neighbor)
    {
        _traffic.Start(neighbor);
        _opened.TrySetResult();
    }

    void INeighborEvents.OnMessage(NeighborConnection neighbor, bool onDataChannel, ReadOnlySpan<byte> message) =>
        _traffic.Receive(onDataChannel, message);

    void INeighborEvents.OnDataBufferLow(NeighborConnection neighbor)
    {
    }

    void INeighborEvents.OnRestartNeeded(NeighborConnection neighbor) => _restarts.Begin(neighbor);

    void INeighborEvents.OnOver(NeighborConnection neighbor)
    {
        _restarts.Forget(neighbor);
        _over = true;
    }

    private void Notice()
    {
        lock (_notices)
        {
            _notices.Add(Stopwatch.GetTimestamp());
        }
    }
}

/// <summary>What has become of one side.</summary>
/// <param name="Lost">The connection is over.</param>
/// <param name="Notices">When the system had told that addresses came or went.</param>
/// <param name="Traffic">Its messages.</param>
internal sealed record ConversationReport(bool Lost, long[] Notices, TrafficReport Traffic);

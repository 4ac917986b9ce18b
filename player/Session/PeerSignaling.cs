using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;

namespace Peercast.Player.Session;

/// <summary>
/// Carries offers, answers and candidates to and from other peers: over the tracker to those it introduced, over a
/// common neighbor to those that neighbors told of, and to everybody once the tracker is gone.
/// </summary>
internal sealed class PeerSignaling(SwarmDriver driver, TrackerClient tracker)
{
    private readonly Lock _gate = new();
    private readonly IntroductionList _introduced = new();

    /// <summary>What came through neighbors, one after the other: an answer must not overtake its offer.</summary>
    private Task _arrivals = Task.CompletedTask;

    /// <summary>A message came; <see cref="RelayedMessage.Peer"/> names its sender.</summary>
    public event Action<RelayedMessage>? Received;

    /// <summary>The tracker relays to these peers.</summary>
    public void Introduced(IEnumerable<PeerId> peers)
    {
        lock (_gate)
        {
            foreach (PeerId peer in peers)
            {
                _introduced.Add(peer);
            }
        }
    }

    /// <summary>Sends a message to the peer that it names. An offer for which there is no way is refused at once.</summary>
    public void Send(RelayedMessage message)
    {
        if (!PeerId.TryParse(message.Peer, out PeerId peer))
        {
            return;
        }

        bool byTracker;
        lock (_gate)
        {
            byTracker = tracker.IsConnected && _introduced.Contains(peer);
        }

        if (byTracker)
        {
            tracker.Send(message);
        }
        else if (!driver.Run((session, now) => session.TryRelaySignal(now, peer, SignalingCodec.Encode(message))) && message is OfferMessage)
        {
            Received?.Invoke(new RefusedMessage(message.Peer, message.Session, "gone"));
        }
    }

    /// <summary>The tracker relayed a message.</summary>
    public void ReceiveFromTracker(RelayedMessage message)
    {
        if (PeerId.TryParse(message.Peer, out PeerId peer))
        {
            Introduced([peer]);
            Received?.Invoke(message);
        }
    }

    /// <summary>A neighbor relayed a message. Called under the driver's lock: it is handled later, elsewhere.</summary>
    public void ReceiveFromNeighbor(PeerId from, ReadOnlyMemory<byte> encoded)
    {
        if (SignalingCodec.TryDecode(encoded.Span, out SignalingMessage? message) && message is RelayedMessage relayed)
        {
            // The sender is who the neighbor says it is, whatever the message claims.
            RelayedMessage attributed = relayed with { Peer = from.ToString() };
            _arrivals = _arrivals.ContinueWith(
                _ => Received?.Invoke(attributed), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}

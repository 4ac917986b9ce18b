using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;
using Peercast.Protocol.Transport;

namespace Peercast.Player.Session;

/// <summary>
/// Takes open connections over to another way to the same peer when the old one is lost, as when a laptop moves from Wi-Fi to a cable: offers an ICE restart as
/// soon as signaling is there, answers those of the peers. A neighbor that has survived needs no introduction, no handshake and no new estimates.
/// </summary>
/// <param name="send">Sends to the peer that a message names; what it cannot send is lost.</param>
/// <param name="restarting">Is told of a neighbor that may be silent for a moment.</param>
/// <param name="delay">Waits between two offers; <see langword="null"/>: by the clock.</param>
internal sealed class NeighborRestarts(Action<RelayedMessage> send, Action<NeighborConnection> restarting, Func<TimeSpan, Task>? delay = null)
{
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(1);

    /// <summary>After so many the neighbor is as good as lost, and another takes its place.</summary>
    private const int MaxOffers = 6;

    private readonly Func<TimeSpan, Task> _delay = delay ?? Task.Delay;
    private readonly Lock _gate = new();
    private readonly HashSet<NeighborConnection> _waiting = [];

    /// <summary>A connection needs another way.</summary>
    public void Begin(NeighborConnection neighbor)
    {
        restarting(neighbor);
        bool isNew;
        lock (_gate)
        {
            isNew = _waiting.Add(neighbor);
        }

        Offer(neighbor);
        if (isNew)
        {
            _ = RepeatAsync(neighbor);
        }
    }

    /// <summary>Signaling is back: what was offered without it is lost.</summary>
    public void OfferAgain()
    {
        NeighborConnection[] waiting;
        lock (_gate)
        {
            waiting = [.. _waiting];
        }

        foreach (NeighborConnection neighbor in waiting)
        {
            Offer(neighbor);
        }
    }

    /// <summary>The peer offers a restart.</summary>
    /// <param name="neighbor">The connection that it is for.</param>
    /// <param name="offer">Its offer.</param>
    /// <param name="me">Our id: both may have offered at once, and then the offer of the smaller id stands.</param>
    public void Accept(NeighborConnection neighbor, OfferMessage offer, PeerId me)
    {
        if (IsWaiting(neighbor) && me < neighbor.Peer)
        {
            return;
        }

        if (neighbor.Connection.TryAcceptOffer(new SessionDescription("offer", offer.Sdp), out _) is { } answer)
        {
            restarting(neighbor);
            Forget(neighbor);
            send(new AnswerMessage(offer.Peer, offer.Session, answer.Sdp));
        }
    }

    /// <summary>The peer answers our offer, or one of several that were the same.</summary>
    public void Accept(NeighborConnection neighbor, AnswerMessage answer)
    {
        if (neighbor.Connection.TryAcceptAnswer(new SessionDescription("answer", answer.Sdp), out _))
        {
            Forget(neighbor);
        }
    }

    /// <summary>The connection is over.</summary>
    public void Forget(NeighborConnection neighbor)
    {
        lock (_gate)
        {
            _waiting.Remove(neighbor);
        }
    }

    private bool IsWaiting(NeighborConnection neighbor)
    {
        lock (_gate)
        {
            return _waiting.Contains(neighbor);
        }
    }

    private async Task RepeatAsync(NeighborConnection neighbor)
    {
        for (int offers = 1; offers < MaxOffers; offers++)
        {
            await _delay(Repeat).ConfigureAwait(false);
            if (!IsWaiting(neighbor))
            {
                return;
            }

            Offer(neighbor);
        }

        Forget(neighbor);
    }

    private void Offer(NeighborConnection neighbor)
    {
        try
        {
            send(new OfferMessage(neighbor.Peer.ToString(), neighbor.Session, neighbor.Connection.CreateOffer().Sdp, Restart: true));
        }
        catch (InvalidOperationException)
        {
            // It has closed in the meantime, or the peer's own offer has come first.
            Forget(neighbor);
        }
    }
}

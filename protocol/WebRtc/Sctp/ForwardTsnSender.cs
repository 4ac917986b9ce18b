using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Sctp;

/// <summary>Gives messages up, and carries the peer over them with FORWARD TSN (RFC 3758, section 3.5).</summary>
internal sealed class ForwardTsnSender(OutstandingData data, SendQueue queue, RetransmissionTimers timers)
{
    private readonly SortedDictionary<ushort, ushort> _skipped = [];
    private bool _isDue;

    /// <summary>Whether a lost chunk is not worth another transmission, nor its message any.</summary>
    public static bool IsOver(TimeSpan now, in OutstandingChunk chunk) =>
        chunk.Transmissions > chunk.Message.MaxRetransmits || chunk.Message.ExpiresAt <= now;

    /// <summary>Gives up a message that has been sent at least in part.</summary>
    public void Abandon(TimeSpan now, OutgoingMessage message)
    {
        if (!message.IsFullySent)
        {
            queue.Drop(message);
            AbandonRest(now, message);
            return;
        }

        data.Abandon(message);
        _isDue = true;
    }

    /// <summary>Gives up a message of which the queue has dropped what had not been sent.</summary>
    public void AbandonRest(TimeSpan now, OutgoingMessage message)
    {
        data.AddPlaceholder(message);
        data.Abandon(message);
        _isDue = true;
        timers.OnSent(now, data, restart: false, answerMayWait: false);
    }

    /// <summary>The peer has spoken; when it is still behind, it is told again (rules C3 and F2).</summary>
    public void OnSack() => _isDue |= IsPeerBehind;

    /// <summary>The chunk may have been lost (rule A5).</summary>
    public void OnTimeout() => _isDue |= IsPeerBehind;

    public void Fill(ref PacketBuilder packet)
    {
        if (!_isDue || packet.Remaining < ForwardTsnChunk.SizeOf(0))
            return;
        if (!IsPeerBehind)
        {
            _isDue = false;
            return;
        }

        uint point = AdvancedAckPoint(packet.Remaining);
        if (point == data.CumulativeTsn)
            return;
        ForwardTsnChunk.Write(ref packet, point, _skipped);
        _isDue = false;
    }

    private bool IsPeerBehind => data.Count > 0 && data[data.CumulativeTsn + 1].State == OutstandingState.Abandoned;

    // Advanced.Peer.Ack.Point: the last of the chunks in a row that were given up, as far as one chunk can name the streams.
    private uint AdvancedAckPoint(int room)
    {
        _skipped.Clear();
        uint point = data.CumulativeTsn;
        while (point + 1 != data.NextTsn && data[point + 1].State == OutstandingState.Abandoned)
        {
            var message = data[point + 1].Message;
            if (!message.IsUnordered)
            {
                if (ForwardTsnChunk.SizeOf(_skipped.Count + 1) > room && !_skipped.ContainsKey(message.StreamId))
                    break;
                _skipped[message.StreamId] = message.Ssn;
            }

            point++;
        }

        return point;
    }
}

using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Sctp;

/// <summary>One association's turns on the line upward that it shares with others: of a message at a time.</summary>
/// <param name="bound">The line.</param>
/// <param name="packetPayload">Payload bytes of a full packet.</param>
internal sealed class LineTurn(SendRateBound bound, int packetPayload)
{
    // A message under way goes on that much before the line is due to it: its packets are spaced already, and a timer for each would be
    // set for nothing.
    private static readonly TimeSpan MayPrecede = TimeSpan.FromMilliseconds(30);
    private OutgoingMessage? _booked;
    private TimeSpan _turn;
    private int _bookedFrom;
    private int _sentBytes;

    /// <summary>When it is our turn; <see langword="null"/> while nothing waits for it.</summary>
    public TimeSpan? NextDeadline { get; private set; }

    /// <summary>Whether a message may go now; a long one is booked when it is first asked for.</summary>
    public bool Has(TimeSpan now, OutgoingMessage message)
    {
        if (message.Length <= packetPayload || !bound.IsKnown)
            return true;
        if (_booked != message)
        {
            _booked = message;
            _bookedFrom = message.Sent;
            _turn = bound.Book(now, SendRateBound.WireBytes(message.Length - message.Sent, packetPayload));
        }

        var dueAt = message.Sent == _bookedFrom
            ? bound.DueAt(_turn, 0)
            : bound.DueAt(_turn, SendRateBound.WireBytes(message.Sent - _bookedFrom, packetPayload)) - MayPrecede;
        NextDeadline = dueAt > now ? dueAt : null;
        return NextDeadline is null;
    }

    /// <summary>A part of a message goes.</summary>
    public void OnSent(OutgoingMessage message, int bytes)
    {
        if (message == _booked)
            _sentBytes += SendRateBound.WireBytes(bytes, packetPayload);
    }

    /// <summary>Bytes on the line that were booked and have gone since the last call.</summary>
    public int TakeSent()
    {
        int bytes = _sentBytes;
        _sentBytes = 0;
        return bytes;
    }

    /// <summary>The deadline has passed; the next attempt to send sets it anew if need be.</summary>
    public void Tick(TimeSpan now)
    {
        if (NextDeadline <= now)
            NextDeadline = null;
    }
}

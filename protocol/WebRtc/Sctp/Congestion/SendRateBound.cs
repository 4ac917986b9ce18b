namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// A line upward that associations share, and what it may carry of theirs with all headers. Messages of many packets take
/// turns on it: each is booked as a whole, because its fragments follow each other (RFC 9260, section 6.9), and a second one that began
/// meanwhile would only keep the first on its way for longer. What is short goes at once, and delays what is booked after it; else
/// requests and acknowledgments would wait in the line's queue behind data that nobody is in a hurry for. Turns are times of the
/// line's own clock, which stands still while something goes that was not booked. Used by any thread.
/// </summary>
internal sealed class SendRateBound
{
    /// <summary>IPv4 and UDP, and a DTLS record with AES-GCM: what a packet has on the line beside its own bytes.</summary>
    public const int LowerHeaders = 28 + 37;

    // SCTP's two headers with them.
    private const int PacketHeaders = LowerHeaders + PacketBuilder.HeaderSize + Chunks.DataChunk.HeaderSize;

    // Whoever comes so late to its turn has not lost it: timers are, by more the busier the machine, and a line that is left idle
    // each time carries so much less than its owner counts on.
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(30);

    // What goes at once takes no more than this of the line's time at a stretch, and this share of it in the long run.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);
    private const double MaxShare = 0.75;
    private readonly Lock _gate = new();
    private double _bytesPerSecond = double.PositiveInfinity;
    private TimeSpan _freeAt;
    private TimeSpan _stood;
    private TimeSpan _mayStand = MaxDelay;
    private TimeSpan _chargedAt;

    /// <summary>In bytes per second; infinite: no bound.</summary>
    public double BytesPerSecond
    {
        get => Volatile.Read(ref _bytesPerSecond);
        set => Volatile.Write(ref _bytesPerSecond, value);
    }

    /// <summary>There is a bound.</summary>
    public bool IsKnown => double.IsFinite(BytesPerSecond);

    /// <summary>A pacing rate within the bound.</summary>
    /// <param name="rate">In bytes of payload per second; <see langword="null"/>: nothing is known that asks for pacing.</param>
    /// <param name="packetPayload">Payload bytes of a full packet.</param>
    public double? Of(double? rate, int packetPayload)
    {
        double bound = BytesPerSecond * packetPayload / (packetPayload + PacketHeaders);
        return rate is { } known ? Math.Min(known, bound) : double.IsFinite(bound) ? bound : null;
    }

    /// <summary>What payload takes on the line.</summary>
    /// <param name="bytes">Payload.</param>
    /// <param name="packetPayload">Payload bytes of a full packet.</param>
    public static int WireBytes(int bytes, int packetPayload) => bytes + ((bytes + packetPayload - 1) / packetPayload * PacketHeaders);

    /// <summary>Books the line.</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="wireBytes">With all headers.</param>
    /// <returns>The turn: when to begin, by the line's own clock.</returns>
    public TimeSpan Book(TimeSpan now, int wireBytes)
    {
        lock (_gate)
        {
            CatchUp(now);
            var turn = _freeAt;
            _freeAt += Duration(wireBytes);
            return turn;
        }
    }

    /// <summary>The owner's time at which a part of what was booked is due, if nothing more goes without having been booked.</summary>
    /// <param name="turn">What <see cref="Book"/> gave.</param>
    /// <param name="sentBytes">Bytes of it that have gone, with all headers.</param>
    public TimeSpan DueAt(TimeSpan turn, int sentBytes)
    {
        lock (_gate)
            return turn + Duration(sentBytes) + _stood;
    }

    /// <summary>Something goes without having been booked.</summary>
    public void Charge(TimeSpan now, int wireBytes)
    {
        if (!IsKnown)
            return;
        lock (_gate)
        {
            CatchUp(now);
            if (now > _chargedAt)
            {
                _mayStand += (now - _chargedAt) * MaxShare;
                _mayStand = _mayStand < MaxDelay ? _mayStand : MaxDelay;
                _chargedAt = now;
            }

            var taken = Duration(wireBytes) < _mayStand ? Duration(wireBytes) : _mayStand;
            _mayStand -= taken;
            _stood += taken;
        }
    }

    // Nothing is saved up while the line is idle, but for the little that whoever is late makes up for.
    private void CatchUp(TimeSpan now)
    {
        var clock = now - _stood - Lateness;
        if (_freeAt < clock)
            _freeAt = clock;
    }

    private TimeSpan Duration(int wireBytes) => TimeSpan.FromSeconds(wireBytes / BytesPerSecond);
}

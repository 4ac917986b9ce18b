namespace Peercast.WebRtc.Sctp;

/// <summary>
/// The receiver window, which grows with what a round trip brings: a peer that doubles its rate each round never meets it,
/// and one that sends little cannot make us hold much. It does not shrink (RFC 9260, section 6.2: the peer relies on it).
/// </summary>
internal sealed class ReceiveWindow(SctpOptions options, RtoEstimator rto)
{
    // A round that doubles, and a lost chunk that holds up one round more.
    private const int Rounds = 4;
    private static readonly TimeSpan UnknownRtt = TimeSpan.FromMilliseconds(100);
    private TimeSpan? _roundStart;
    private long _received;

    /// <summary>Bytes that we are ready to hold.</summary>
    public int Size { get; private set; } = options.ReceiveBuffer;

    /// <summary>New data came, in a packet that has been taken to its end.</summary>
    public void OnReceived(TimeSpan now, int bytes)
    {
        _roundStart ??= now;
        _received += bytes;
        var elapsed = now - _roundStart.Value;
        var rtt = rto.Smoothed ?? UnknownRtt;
        if (elapsed < rtt)
            return;
        // After a silence the round was longer than a round trip: what came in one of them is a part of it.
        double wanted = Rounds * _received * Math.Min(1, rtt / elapsed);
        Size = (int)Math.Clamp(wanted, Size, Math.Max(Size, options.MaxReceiveBuffer));
        _roundStart = now;
        _received = 0;
    }
}

using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Sctp;

/// <summary>
/// For how many packets a SACK goes out over a line whose rate upward is known: for as many as keeps SACKs to a share of it,
/// however much comes down. RFC 9260, section 6.2, wants one for every second packet; at 6 Mbit/s downward these are 220 kbit/s,
/// all that many lines have, and what else goes up waits behind them or is dropped. RFC 3449, sections 4.1 and 4.3, has
/// receivers on asymmetric paths acknowledge less often. Shared by the associations that use the line, and called by any thread.
/// </summary>
/// <param name="bound">What the line upward carries; without a bound it is every second packet.</param>
internal sealed class SackSpacing(SendRateBound bound)
{
    /// <summary>The packets for which a SACK is due where the line is not narrow.</summary>
    public const int Least = 2;

    // A peer that begins has ten packets in flight, and one at rest 16 within 100 ms at 2 Mbit/s.
    private const int Most = 16;

    // On the line, with nothing but a SACK without gaps and that chunk's header of 4 bytes.
    private const int SackDatagram = SendRateBound.LowerHeaders + PacketBuilder.HeaderSize + 4 + Chunks.SackChunk.FixedSize;
    private const double ShareOfLine = 0.01;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(0.3);
    private readonly Lock _gate = new();
    private double _packetsPerSecond;
    private TimeSpan _latestAt;

    /// <summary>A packet with data has come.</summary>
    /// <param name="now">The owner's time.</param>
    /// <returns>The packets for which a SACK is due.</returns>
    public int OnPacket(TimeSpan now)
    {
        double line = bound.BytesPerSecond;
        if (!double.IsFinite(line))
            return Least;
        double packets = Count(now);
        return (int)Math.Clamp(Math.Ceiling(packets * SackDatagram / (ShareOfLine * line)), Least, Most);
    }

    // The rate of the packets, each weighing less the longer ago it came.
    private double Count(TimeSpan now)
    {
        lock (_gate)
        {
            // Two threads may come in another order than they looked at the clock.
            if (now > _latestAt)
            {
                _packetsPerSecond *= Math.Exp(-((now - _latestAt) / Memory));
                _latestAt = now;
            }

            return _packetsPerSecond += 1 / Memory.TotalSeconds;
        }
    }
}

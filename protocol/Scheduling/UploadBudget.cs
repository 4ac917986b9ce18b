namespace Peercast.Protocol.Scheduling;

/// <summary>
/// Keeps all that goes up the line within the upload limit: media with its headers, control messages, and the
/// acknowledgments of what comes down. The latter two go out at once and media waits for them, because a line that is
/// asked for more than it carries delays and drops all of it alike.
/// </summary>
internal sealed class UploadBudget
{
    private const double SmoothingWeight = 0.3;

    /// <summary>The least that counts as left for media: what is spent beside it may be over soon.</summary>
    private const double LeastShare = 0.05;

    /// <summary>Seconds of the limit that what goes up besides media may take at a stretch; in the long run it is all but <see cref="LeastShare"/>.</summary>
    private const double MostSeconds = 1;

    /// <summary>Seconds of the limit that a message with media may take: an answer or a request to the same neighbor waits for its end (RFC 9260, section 6.9).</summary>
    private const double MessageSeconds = 0.1;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly TokenBucket _line;
    private readonly TokenBucket _besidesMedia;
    private double _limit;
    private TimeSpan _windowEnd = Window;
    private long _besides;
    private double _besidesPerSecond;

    /// <param name="bitsPerSecond">The limit; 0: give nothing; <see cref="long.MaxValue"/>: none.</param>
    public UploadBudget(long bitsPerSecond)
    {
        (_limit, double burst) = Of(bitsPerSecond);
        _line = new TokenBucket(_limit, burst);
        _besidesMedia = new TokenBucket(_limit * (1 - LeastShare), _limit * MostSeconds);
    }

    /// <summary>Bytes of media per second that the limit leaves room for.</summary>
    public double MediaBytesPerSecond =>
        Math.Max(_limit * LeastShare, _limit - _besidesPerSecond) * WireCost.PacketPayload / (WireCost.PacketPayload + WireCost.PacketOverhead);

    /// <summary>Packets that a message with media may take; two at least, since one would not wait for its turn on the line.</summary>
    public double MessagePackets => Math.Max(2, Math.Floor(_limit * MessageSeconds / (WireCost.PacketPayload + WireCost.PacketOverhead)));

    /// <summary>Changes the limit from now on.</summary>
    public void SetLimit(TimeSpan now, long bitsPerSecond)
    {
        (_limit, double burst) = Of(bitsPerSecond);
        _line.SetRate(now, _limit, burst);
        _besidesMedia.SetRate(now, _limit * (1 - LeastShare), _limit * MostSeconds);
    }

    /// <summary>Something besides media went up the line, or is about to.</summary>
    /// <param name="now">The time.</param>
    /// <param name="wireBytes">With headers.</param>
    public void Spend(TimeSpan now, long wireBytes)
    {
        if (now - _windowEnd > Window * 10)
        {
            _windowEnd = now - (Window * 10);
        }

        for (; now >= _windowEnd; _windowEnd += Window)
        {
            _besidesPerSecond += ((_besides / Window.TotalSeconds) - _besidesPerSecond) * SmoothingWeight;
            _besides = 0;
        }

        _besides += wireBytes;
        _line.Take(now, _besidesMedia.TakeUpTo(now, wireBytes));
    }

    /// <summary>A message with media is sent.</summary>
    public void Send(TimeSpan now, int messageLength) => _line.Take(now, WireCost.Message(messageLength));

    /// <summary>Whether media may be sent now.</summary>
    public bool CanSend(TimeSpan now) => _line.CanTake(now);

    /// <summary>When media may be sent; <see cref="TimeSpan.MaxValue"/>: never.</summary>
    public TimeSpan NextAt(TimeSpan now) => _line.NextAt(now);

    /// <summary>Bytes that must be waited for before media is sent.</summary>
    public double DebtAt(TimeSpan now) => _line.DebtAt(now);

    private static (double BytesPerSecond, double Burst) Of(long limit) =>
        limit == long.MaxValue ? (double.PositiveInfinity, 1) : (limit / 8.0, Math.Max(Chunks.ChunkInfo.MaxLength, limit / 8.0 * 0.1));
}

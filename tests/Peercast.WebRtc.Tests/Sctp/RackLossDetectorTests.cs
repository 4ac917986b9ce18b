using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;
using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class RackLossDetectorTests
{
    private static readonly TimeSpan Rtt = TimeSpan.FromMilliseconds(40);
    private static readonly SctpOptions Options = new();
    private readonly RackLossDetector _rack;

    public RackLossDetectorTests()
    {
        var rto = new RtoEstimator(Options);
        rto.OnSample(Rtt);
        _rack = new RackLossDetector(rto);
    }

    // RFC 8985, section 6.2, step 4: a quarter of the least round trip more for each round with duplicates, within a round trip.
    [Theory]
    [InlineData(1_000)]
    [InlineData(0x7FFF_FF00)]
    [InlineData(0x9000_0000)]
    [InlineData(0xFFFF_FF80)]
    public void OnDuplicateReported_OncePerRound_WidensTheWindowWhateverTheTsn(uint tsn)
    {
        Assert.Equal(TimeSpan.Zero, Window(tsn));
        var widened = new List<TimeSpan>();
        for (uint round = 0; round < 4; round++)
        {
            uint start = tsn + (round * 100);
            _rack.OnDuplicateReported(start, start + 100);
            // What else is reported before the chunks in flight are acknowledged tells of the same window.
            _rack.OnDuplicateReported(start + 99, start + 150);
            widened.Add(Window(tsn));
        }

        Assert.Equal([Rtt / 2, Rtt * 0.75, Rtt, Rtt], widened);
    }

    /// <summary>How long a chunk is given beyond the round trip once one that was sent later has arrived.</summary>
    private TimeSpan Window(uint tsn)
    {
        var queue = new SendQueue(Options, new RecordingObserver());
        var data = new OutstandingData(tsn, queue, new DeliveryRateEstimator());
        // Three beyond the gap are enough as long as no reordering has been seen.
        for (int i = 0; i < 4; i++)
        {
            Assert.True(queue.TryAdd(TimeSpan.Zero, 1, 53, new byte[100], default));
            var message = queue.Next(TimeSpan.Zero, abandonExpired: false, out _);
            queue.Take(message!, 100);
            data.Add(TimeSpan.Zero, message!, 0, 100);
        }

        var sack = new byte[100];
        var packet = new PacketBuilder(sack, 5000, 5000, 1);
        SackChunk.Write(ref packet, tsn - 1, 100_000, [new TsnRange(tsn + 1, tsn + 3)], []);
        ReadOnlySpan<byte> rest = sack.AsSpan(PacketBuilder.HeaderSize, packet.Finish() - PacketBuilder.HeaderSize);
        Assert.True(SctpChunk.TryRead(ref rest, out var chunk));
        Assert.True(SackChunk.TryParse(chunk, out var parsed));
        _rack.OnAcknowledged(Rtt, data.Acknowledge(parsed));
        if (_rack.TryGetLost(Rtt, data, inRecovery: false, out _))
            return TimeSpan.Zero;
        return _rack.Deadline!.Value - Rtt;
    }
}

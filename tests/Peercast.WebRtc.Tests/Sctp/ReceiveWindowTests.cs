using Peercast.WebRtc.Sctp;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class ReceiveWindowTests
{
    private static readonly SctpOptions Options = new() { ReceiveBuffer = 1_000_000, MaxReceiveBuffer = 8_000_000 };

    [Theory]
    [InlineData(100_000, 1_000_000)]
    [InlineData(1_000_000, 4_000_000)]
    [InlineData(50_000_000, 8_000_000)]
    public void OnReceived_ForSeconds_HoldsFourRoundTripsWithinTheBounds(int bytesPerRoundTrip, int expected)
    {
        var rto = new RtoEstimator(Options);
        rto.OnSample(TimeSpan.FromMilliseconds(100));
        var window = new ReceiveWindow(Options, rto);
        for (int i = 0; i < 1000; i++)
            window.OnReceived(TimeSpan.FromMilliseconds(i), bytesPerRoundTrip / 100);
        Assert.InRange(window.Size, 0.95 * expected, 1.05 * expected);
        // What the peer relies on is not taken back.
        for (int i = 1000; i < 5000; i++)
            window.OnReceived(TimeSpan.FromMilliseconds(i), 1);
        Assert.InRange(window.Size, 0.95 * expected, 1.05 * expected);
    }

    [Fact]
    public void OnReceived_AfterASilence_DoesNotTakeItForRate()
    {
        var rto = new RtoEstimator(Options);
        rto.OnSample(TimeSpan.FromMilliseconds(100));
        var window = new ReceiveWindow(Options, rto);
        window.OnReceived(TimeSpan.Zero, 900_000);
        window.OnReceived(TimeSpan.FromSeconds(10), 900_000);
        Assert.Equal(1_000_000, window.Size);
    }
}

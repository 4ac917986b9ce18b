using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Peercast.Origin.Egress;

namespace Peercast.Origin.Tests.Egress;

public sealed class EgressPartsTests
{
    private readonly HeldTime _time = new();

    [Fact]
    public void Rate_OverTheWindow_ForgetsWhatIsOlder()
    {
        var meter = new EgressMeter(window: 2);
        meter.Add(TimeSpan.FromSeconds(1), 1000);
        Assert.Equal(500, meter.Rate(TimeSpan.FromSeconds(2)));
        Assert.Equal(500, meter.Rate(TimeSpan.FromSeconds(2.9)));
        Assert.Equal(0, meter.Rate(TimeSpan.FromSeconds(3.1)));
        Assert.Equal(0, meter.Rate(TimeSpan.FromSeconds(1000)));
    }

    [Fact]
    public void Expect_TimeAhead_CountsAsItComes()
    {
        var meter = new EgressMeter(window: 2, ahead: 3);
        meter.Expect(TimeSpan.FromSeconds(10), 3000);
        Assert.Equal(50, meter.Rate(TimeSpan.FromSeconds(10)), 1e-6);
        Assert.Equal(1000, meter.Rate(TimeSpan.FromSeconds(12)), 1e-6);
        Assert.Equal(500, meter.Rate(TimeSpan.FromSeconds(13.9)), 1e-6);
        Assert.Equal(0, meter.Rate(TimeSpan.FromSeconds(15.1)), 1e-6);
    }

    [Fact]
    public void TryEnter_HlsPlayers_AsManyAsHalfOfTheBudgetCarries()
    {
        var door = new HlsDoor(bytesPerSecond: 1000);
        TimeSpan now = TimeSpan.Zero;
        int entered = 0;
        for (int second = 0; second < 60; second++, now += TimeSpan.FromSeconds(1))
        {
            entered += door.TryEnter(now, 100) ? 1 : 0;
            door.Taken(now, entered * 100);
        }

        Assert.Equal(5, entered);
        Assert.True(door.TryEnter(now + TimeSpan.FromSeconds(20), 100));
    }

    [Fact]
    public async Task TurnAsync_WithoutBudget_PassesAtOnceAndIsMeasured()
    {
        using EgressGate gate = Gate(0);
        using PacedSending sending = gate.Open(EgressClass.Joining, 1 << 30)!;
        Assert.True(sending.TurnAsync(1 << 20, CancellationToken.None).AsTask().IsCompletedSuccessfully);
        await sending.TurnAsync(1 << 20, CancellationToken.None);
        Assert.Equal(JoinVerdict.Admitted, gate.Ask("live", 0, long.MaxValue / 16, long.MaxValue / 16).Verdict);
        Assert.True(gate.LetsHlsIn(long.MaxValue / 16));
        Assert.Equal((0, 0), (gate.Figures.MaxBitsPerSecond, gate.Figures.Waiting));
        Assert.Equal(8L << 20, gate.Figures.BitsPerSecond);
    }

    [Fact]
    public async Task TurnAsync_ViewerIsGone_LeavesTheTurnToTheNext()
    {
        using EgressGate gate = Gate(8);
        using PacedSending first = gate.Open(EgressClass.Watching, 60_000)!;
        await first.TurnAsync(60_000, CancellationToken.None);
        using var gone = new CancellationTokenSource();
        PacedSending second = gate.Open(EgressClass.Watching, 60_000)!;
        ValueTask waiting = second.TurnAsync(60_000, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        second.Dispose();
        _time.Release();
        using PacedSending third = gate.Open(EgressClass.Watching, 60_000)!;
        await third.TurnAsync(60_000, CancellationToken.None);
    }

    [Fact]
    public void Open_BacklogOfSeconds_IsRefusedToWatchersAndHlsAndNotToTheAdmitted()
    {
        using EgressGate gate = Gate(8);
        using PacedSending backlog = gate.Open(EgressClass.Watching, 5_000_000)!;
        Assert.Null(gate.Open(EgressClass.Watching, 1));
        Assert.Null(gate.Open(EgressClass.Hls, 1));
        Assert.NotNull(gate.Open(EgressClass.Joining, 1));
    }

    private EgressGate Gate(double mbps) =>
        new(Options.Create(new PeercastOriginOptions { MaxEgressMbps = mbps }), _time, NullLogger<EgressGate>.Instance);
}

using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;
using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp;

/// <summary>How many packets a SACK stands for over a narrow line (RFC 3449, sections 4.1 and 4.3).</summary>
public sealed class SackSpacingTests
{
    private const double Line = 28_500;

    [Theory]
    [InlineData(5, Line, 3)]
    [InlineData(20, Line, 8)]
    [InlineData(5000, Line, 16)]
    [InlineData(170, 8 * Line, 7)]
    [InlineData(600, 100 * Line, 2)]
    [InlineData(5000, double.PositiveInfinity, 2)]
    public void OnPacket_AtARate_KeepsSacksToAHundredthOfTheLine(double packetsPerSecond, double line, int expected)
    {
        var spacing = new SackSpacing(new SendRateBound { BytesPerSecond = line });
        Assert.Equal(expected, Feed(spacing, TimeSpan.Zero, packetsPerSecond, seconds: 2));
    }

    [Fact]
    public void OnPacket_RateFalls_IsBackWithinASecond()
    {
        var spacing = new SackSpacing(new SendRateBound { BytesPerSecond = Line });
        Assert.Equal(16, Feed(spacing, TimeSpan.Zero, 600, seconds: 2));
        Assert.Equal(2, Feed(spacing, TimeSpan.FromSeconds(2), 1, seconds: 2));
    }

    [Fact]
    public void OnPacket_BoundIsSetLater_HoldsFromThenOn()
    {
        var bound = new SendRateBound();
        var spacing = new SackSpacing(bound);
        Assert.Equal(2, Feed(spacing, TimeSpan.Zero, 600, seconds: 1));
        bound.BytesPerSecond = Line;
        Assert.Equal(16, Feed(spacing, TimeSpan.FromSeconds(1), 600, seconds: 2));
    }

    [Fact]
    public void Receive_TwoAssociationsOnOneLine_ShareIt()
    {
        var bound = new SendRateBound { BytesPerSecond = 18 * Line };
        var options = new SctpOptions { SackSpacing = new SackSpacing(bound) };
        int alone = Sacks(options, besides: 0), together = Sacks(options, besides: 6);
        Assert.InRange(together, 20, alone / 2);
    }

    [Fact]
    public void Receive_PacketIsLostOnANarrowLine_IsToldThreeTimesAndFound()
    {
        var bound = new SendRateBound { BytesPerSecond = Line };
        var pair = SctpPair.Connected(optionsB: new SctpOptions { SackSpacing = new SackSpacing(bound) });
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[250_000], default));
        pair.AToB.Rate = 750_000;
        pair.Run(0.3);
        pair.BToA.KeepsSent = true;
        bool dropped = false;
        pair.AToB.Drop = packet => !dropped && (dropped = VirtualLink.Has(packet, (byte)ChunkType.Data));
        pair.RunUntil(() => pair.AtB.Messages.Count == 1);
        Assert.Equal(1, pair.A.Sender!.Retransmissions);
        Assert.Equal(0, pair.A.Sender.Timeouts);
        Assert.InRange(pair.BToA.Sent.Count(packet => VirtualLink.ChunksOf(packet).Any(c => c.Type == (byte)ChunkType.Sack && c.Value.Length > 12)), 3, 6);
    }

    // What a second association on the same line receives meanwhile makes SACKs fewer.
    private static int Sacks(SctpOptions options, int besides)
    {
        var pair = SctpPair.Connected(optionsB: options);
        pair.AToB.Rate = 250_000;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[250_000], default));
        int before = pair.BToA.SentCount;
        while (pair.AtB.Messages.Count == 0)
        {
            for (int j = 0; j < besides; j++)
                options.SackSpacing.OnPacket(pair.Now);
            pair.Run(0.01);
        }

        return pair.BToA.SentCount - before;
    }

    private static int Feed(SackSpacing spacing, TimeSpan from, double packetsPerSecond, double seconds)
    {
        int result = 0;
        for (int i = 0; i <= seconds * packetsPerSecond; i++)
            result = spacing.OnPacket(from + TimeSpan.FromSeconds(i / packetsPerSecond));
        return result;
    }
}

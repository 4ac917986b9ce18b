using System.Buffers.Binary;
using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class LossRecoveryTests
{
    [Fact]
    public void OnDuplicates_OneForEachRetransmission_TellsThatNothingWasLost()
    {
        var recovery = new LossRecovery();
        recovery.Begin(100);
        recovery.OnRetransmitted();
        recovery.OnRetransmitted();
        Assert.False(recovery.TryEnd(99));
        Assert.False(recovery.OnDuplicates(1));
        Assert.True(recovery.TryEnd(100));
        Assert.False(recovery.IsActive);
        Assert.True(recovery.OnDuplicates(1));
        Assert.False(recovery.OnDuplicates(1));
    }

    [Fact]
    public void TryTakeProbeRepair_DuplicateReported_TellsThatTheProbeWasNeedless()
    {
        var recovery = new LossRecovery();
        recovery.OnProbeRepeated(50);
        Assert.False(recovery.TryTakeProbeRepair(49));
        Assert.True(recovery.TryTakeProbeRepair(50));
        Assert.False(recovery.TryTakeProbeRepair(51));
        recovery.OnProbeRepeated(60);
        Assert.False(recovery.OnDuplicates(1));
        Assert.False(recovery.TryTakeProbeRepair(60));
    }

    // RFC 8985, section 7.4.2: the probe repairs the loss before anything detects it, and yet it was one.
    [Fact]
    public void Fill_ProbeRepairsTheTail_CubicLearnsOfTheLoss()
    {
        var pair = SctpPair.Connected(options: new SctpOptions { CongestionControl = CongestionControl.Cubic });
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[100_000], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 1 && pair.A.Sender!.IsIdle);
        int window = pair.A.Sender!.Congestion.Window, dropped = 0;
        pair.AToB.Drop = packet => VirtualLink.Has(packet, (byte)ChunkType.Data) && ++dropped == 1;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[500], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 2 && pair.A.Sender.IsIdle);
        Assert.Equal(window, pair.A.Sender.Congestion.Window);
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[500], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 3 && pair.A.Sender.IsIdle);
        Assert.Equal(0, pair.A.Sender.Timeouts);
        Assert.InRange(pair.A.Sender.Congestion.Window, 0.69 * window, 0.71 * window);
    }

    // RFC 9438, section 4.9: a recovery whose retransmissions all arrive twice repaired nothing.
    [Fact]
    public void OnSack_PacketHeldBackAndNotLost_CubicTakesTheReductionBack()
    {
        var pair = SctpPair.Connected(options: new SctpOptions { CongestionControl = CongestionControl.Cubic });
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[100_000], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 1 && pair.A.Sender!.IsIdle);
        int window = pair.A.Sender!.Congestion.Window, least = window;
        uint target = pair.A.Sender.NextTsn + 3;
        byte[]? held = null;
        pair.AToB.Drop = packet => held is null && CarriesTsn(packet, target) && (held = packet) is not null;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[50_000], default));
        pair.RunUntil(() => pair.A.Sender.Retransmissions == 1);
        least = Math.Min(least, pair.A.Sender.Congestion.Window);
        pair.B.Receive(pair.Now, held);
        pair.RunUntil(() => pair.AtB.Messages.Count == 2 && pair.A.Sender.IsIdle);
        pair.Run(0.2);
        Assert.InRange(least, 0.69 * window, 0.71 * window);
        Assert.InRange(pair.A.Sender.Congestion.Window, window, 2 * window);
    }

    private static bool CarriesTsn(byte[] packet, uint tsn) =>
        VirtualLink.ChunksOf(packet).Any(chunk => chunk.Type == 0 && BinaryPrimitives.ReadUInt32BigEndian(chunk.Value) == tsn);
}

using System.Buffers.Binary;
using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Tests.Sctp;

/// <summary>Peers that lie, and strangers that guess.</summary>
public sealed class HostilePeerTests
{
    // RFC 9260, section 6.2.1: only what has been sent can be acknowledged; a SACK beyond it changes nothing.
    [Fact]
    public void OnSack_TsnsNeverSent_AcknowledgesNothingAndOpensNoWindow()
    {
        var pair = SctpPair.Connected();
        uint first = pair.A.Sender!.NextTsn;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[100_000], default));
        pair.AToB.Loss = 1;
        pair.Flush();
        var peer = new RawPeer(pair, towardsA: true);
        int flight = pair.A.Sender.FlightBytes, window = pair.A.Sender.Congestion.Window;
        uint next = pair.A.Sender.NextTsn;
        foreach (uint ahead in new uint[] { 0, 1, 1000, 0x4000_0000 })
            peer.SendSack(next + ahead, window: uint.MaxValue, []);
        Assert.Equal((flight, window), (pair.A.Sender.FlightBytes, pair.A.Sender.Congestion.Window));
        // Gap blocks beyond what was sent count for no more than what was sent.
        peer.SendSack(first - 1, window: uint.MaxValue, [new TsnRange(next, next + 20_000)]);
        Assert.Equal(flight, pair.A.Sender.FlightBytes);
        Assert.Equal(window, pair.A.Sender.Congestion.Window);
    }

    // RFC 9260, section 7.1: the lesser of the congestion window and the peer's window rules; a peer that boasts gets no more.
    [Theory]
    [InlineData(nameof(CongestionControl.Model))]
    [InlineData(nameof(CongestionControl.Cubic))]
    [InlineData(nameof(CongestionControl.Background))]
    public void OnSack_WindowOfFourGigabytes_LeavesTheCongestionWindowInForce(string control)
    {
        var pair = SctpPair.Connected(options: new SctpOptions { CongestionControl = Enum.Parse<CongestionControl>(control) });
        uint first = pair.A.Sender!.NextTsn;
        for (int i = 0; i < 8; i++)
            Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[256 * 1024], default));
        pair.Flush();
        var peer = new RawPeer(pair, towardsA: true);
        for (int i = 0; i < 100; i++)
        {
            peer.SendSack(first - 1, window: uint.MaxValue, []);
            pair.Flush();
            Assert.InRange(pair.A.Sender.FlightBytes, 1, pair.A.Sender.Congestion.Window + new SctpOptions().MaxFragment);
        }
    }

    // RFC 9260, section 3.3.4: gap blocks are in order and do not touch. Others cost one look.
    [Fact]
    public void OnSack_FloodOfOverlappingGapBlocks_IsReadOnce()
    {
        var pair = SctpPair.Connected();
        uint first = pair.A.Sender!.NextTsn;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[11_000], default));
        pair.AToB.Loss = 1;
        pair.Flush();
        var peer = new RawPeer(pair, towardsA: true);
        int flight = pair.A.Sender.FlightBytes;
        // The first block is good, the 249 that follow go back again and again.
        var blocks = new TsnRange[250];
        for (int i = 0; i < blocks.Length; i++)
            blocks[i] = i == 0 ? new TsnRange(first + 2, first + 3) : new TsnRange(first + 1, first + 9);
        peer.SendSack(first - 1, window: 100_000, blocks);
        int after = pair.A.Sender.FlightBytes;
        Assert.InRange(after, 1, flight - (2 * new SctpOptions().MaxFragment));
        for (int i = 0; i < 200; i++)
            peer.SendSack(first - 1, window: 100_000, blocks);
        Assert.Equal(after, pair.A.Sender.FlightBytes);
    }

    // RFC 6525, section 5.2.1: a request with a number that is not the next is refused. Answers do not pile up.
    [Fact]
    public void Receive_FloodOfStreamResets_AnswersTheLastFewAndHoldsNothing()
    {
        var pair = SctpPair.Connected();
        Assert.True(pair.A.TrySend(pair.Now, 7, 53, [1], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 1);
        var peer = new RawPeer(pair);
        uint last = pair.A.Sender!.NextTsn - 1;
        var streams = Enumerable.Range(0, 200).Select(id => (ushort)id).ToArray();
        for (uint i = 0; i < 2_000; i++)
            peer.SendChunk(ReconfigChunk.EncodeRequest(i * 7919, 0, last, streams));
        var answers = peer.Answers();
        Assert.InRange(answers.Count, 1, 4);
        Assert.InRange(answers.SelectMany(VirtualLink.ChunksOf).Count(chunk => chunk.Type == (byte)ChunkType.Reconfig), 1, 4);
        Assert.Empty(pair.AtB.Resets);
        Assert.Equal(SctpState.Established, pair.B.State);
    }

    // RFC 6525, section 5.2.2: each good request resets its streams once, however often it is repeated.
    [Fact]
    public void Receive_RepeatedStreamReset_IsPerformedOnce()
    {
        var pair = SctpPair.Connected();
        Assert.True(pair.A.TrySend(pair.Now, 7, 53, [1], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 1 && pair.A.Sender!.IsIdle);
        pair.AToB.KeepsSent = true;
        pair.A.ResetOutgoingStream(pair.Now, 7);
        pair.RunUntil(() => pair.AtB.Resets.Count == 1);
        var request = pair.AToB.Sent.Single(packet => VirtualLink.Has(packet, (byte)ChunkType.Reconfig));
        for (int i = 0; i < 1000; i++)
            pair.B.Receive(pair.Now, request);
        Assert.Single(pair.AtB.Resets);
        Assert.InRange(new RawPeer(pair).Answers().Count, 1, 4);
    }

    // RFC 9260, section 8.5: whoever does not know the tag cannot end the association, not even with the T bit.
    [Fact]
    public void Receive_AbortOfAStranger_IsIgnored()
    {
        var pair = SctpPair.Connected();
        var peer = new RawPeer(pair);
        var random = new Random(12_345);
        for (int i = 0; i < 20_000; i++)
        {
            uint guess = (uint)random.NextInt64(1L << 32);
            var abort = ErrorCause.Abort(ErrorCause.UserInitiatedAbort, "guess");
            abort[1] = (byte)(i & 1);
            peer.SendChunk(abort, guess);
        }

        Assert.Equal(SctpState.Established, pair.B.State);
        Assert.Empty(pair.AtB.Closed);
        // Section 8.5.1, rule C: with the T bit, our own tag reflected; not the peer's copy of it.
        var reflected = ErrorCause.Abort(ErrorCause.UserInitiatedAbort, "x");
        reflected[1] = 1;
        peer.SendChunk(reflected, peer.Tag);
        Assert.Equal(SctpState.Established, pair.B.State);
        peer.SendChunk(ErrorCause.Abort(ErrorCause.UserInitiatedAbort, "x"));
        Assert.Equal(SctpCloseReason.RemoteAbort, Assert.Single(pair.AtB.Closed).Reason);
    }

    // RFC 9260, section 5.2.4, table 3, case D: a cookie of the association that stands is answered, and nothing begins anew.
    [Fact]
    public void Receive_ReplayedCookie_IsAcknowledgedAndDisturbsNothing()
    {
        var pair = new SctpPair();
        pair.AToB.KeepsSent = true;
        pair.A.Connect(pair.Now);
        pair.RunUntil(() => pair.A.State == SctpState.Established && pair.B.State == SctpState.Established);
        var cookie = pair.AToB.Sent.First(packet => VirtualLink.Has(packet, (byte)ChunkType.CookieEcho));
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[200_000], default));
        for (int i = 0; i < 100; i++)
        {
            pair.B.Receive(pair.Now, cookie);
            pair.Run(0.01);
        }

        pair.RunUntil(() => pair.AtB.Messages.Count == 1);
        Assert.Equal((1, 0), (pair.AtB.Established, pair.AtB.Restarted));
        Assert.Empty(pair.AtA.Closed);
    }

    // Section 5.1.5: after its lifetime a cookie makes no association.
    [Fact]
    public void Receive_CookieOfLongAgo_MakesNoAssociation()
    {
        var pair = new SctpPair();
        byte[]? cookie = null;
        pair.AToB.Drop = packet => VirtualLink.Has(packet, (byte)ChunkType.CookieEcho) && (cookie = packet) is not null;
        pair.A.Connect(pair.Now);
        pair.Run(1);
        Assert.NotNull(cookie);
        pair.B.Receive(pair.Now + new SctpOptions().CookieLifetime + TimeSpan.FromSeconds(2), cookie);
        Assert.Equal((SctpState.Closed, 0), (pair.B.State, pair.AtB.Established));
    }

    // Section 5.1.3: INIT makes no state. A flood of them leaves the answers that fit in the queue and the association as it was.
    [Fact]
    public void Receive_FloodOfInits_DisturbsNothing()
    {
        var pair = SctpPair.Connected();
        var peer = new RawPeer(pair);
        for (uint i = 1; i <= 2_000; i++)
        {
            var init = new InitChunk { InitiateTag = i, ReceiverWindow = 1 << 20, OutboundStreams = 9, InboundStreams = 9, InitialTsn = i };
            peer.SendChunk(init.Encode(ChunkType.Init), tag: 0);
        }

        Assert.InRange(peer.Answers().Count, 1, 64);
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, [1], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 1);
        Assert.Equal((1, 0), (pair.AtB.Established, pair.AtB.Restarted));
    }

    // Section 6.2: duplicates are reported, but not without end.
    [Fact]
    public void Receive_FloodOfDuplicates_IsReportedInOneSackOfBoundedSize()
    {
        var pair = SctpPair.Connected();
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, [1], default));
        pair.AToB.KeepsSent = true;
        pair.RunUntil(() => pair.AtB.Messages.Count == 1 && pair.A.Sender!.IsIdle);
        var data = pair.AToB.Sent.Single(packet => VirtualLink.Has(packet, (byte)ChunkType.Data));
        for (int i = 0; i < 10_000; i++)
            pair.B.Receive(pair.Now, data);
        var answer = Assert.Single(new RawPeer(pair).Answers());
        Assert.InRange(answer.Length, 28, 12 + 16 + (16 * 4));
        Assert.Single(pair.AtB.Messages);
    }
}

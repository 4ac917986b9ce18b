using System.Buffers.Binary;
using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class HandshakeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Connect_UnderLossAndReordering_EstablishesBothOnce(bool collision)
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            var pair = new SctpPair(seed);
            pair.AToB.Loss = pair.BToA.Loss = 0.2;
            pair.AToB.Reordering = pair.BToA.Reordering = 0.3;
            pair.AToB.Duplication = pair.BToA.Duplication = 0.2;
            pair.A.Connect(pair.Now);
            if (collision)
            {
                pair.Run(seed % 5 * 0.006);
                pair.B.Connect(pair.Now);
            }

            pair.RunUntil(() => pair.A.State == SctpState.Established && pair.B.State == SctpState.Established);
            Assert.True(pair.A.TrySend(pair.Now, 0, 53, [1], default));
            Assert.True(pair.B.TrySend(pair.Now, 0, 53, [2], default));
            pair.RunUntil(() => pair.AtA.Messages.Count == 1 && pair.AtB.Messages.Count == 1);
            pair.Run(5);
            Assert.Equal((1, 1), (pair.AtA.Established, pair.AtB.Established));
            Assert.Equal((0, 0), (pair.AtA.Restarted, pair.AtB.Restarted));
            Assert.Equal((1, 1), (pair.AtA.Messages.Count, pair.AtB.Messages.Count));
        }
    }

    [Fact]
    public void Connect_AtTheSameInstant_TakesTwoRoundTrips()
    {
        var pair = new SctpPair();
        var begin = pair.Now;
        pair.A.Connect(pair.Now);
        pair.B.Connect(pair.Now);
        pair.RunUntil(() => pair.A.State == SctpState.Established && pair.B.State == SctpState.Established);
        Assert.True(pair.Now - begin <= TimeSpan.FromMilliseconds(40), $"took {pair.Now - begin}");
    }

    [Fact]
    public void Connect_Init_AnnouncesWhatBrowsersAnnounce()
    {
        var pair = new SctpPair();
        pair.AToB.KeepsSent = true;
        pair.A.Connect(pair.Now);
        pair.Flush();
        var packet = Assert.Single(pair.AToB.Sent);
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(4)));
        ReadOnlySpan<byte> rest = packet.AsSpan(12);
        Assert.True(SctpChunk.TryRead(ref rest, out var chunk));
        Assert.Equal(ChunkType.Init, chunk.Type);
        Assert.True(InitChunk.TryParse(chunk, out var init));
        Assert.Equal((ushort.MaxValue, ushort.MaxValue, 5u * 1024 * 1024), (init!.OutboundStreams, init.InboundStreams, init.ReceiverWindow));
        Assert.True(init.SupportsForwardTsn && init.SupportsReconfig);
        Assert.NotEqual(0u, init.InitiateTag);
    }

    [Fact]
    public void Connect_NobodyAnswers_ClosesAsUnreachable()
    {
        var pair = new SctpPair();
        pair.AToB.Loss = 1;
        pair.A.Connect(pair.Now);
        pair.Run(120);
        Assert.Equal(SctpCloseReason.PeerUnreachable, Assert.Single(pair.AtA.Closed).Reason);
        Assert.Equal(9, pair.AToB.SentCount);
        Assert.Null(pair.A.NextDeadline);
    }

    [Fact]
    public void Receive_ForgedCookie_IsIgnored()
    {
        var pair = new SctpPair();
        pair.AToB.Drop = packet =>
        {
            if (VirtualLink.Has(packet, (byte)ChunkType.CookieEcho))
            {
                packet[30] ^= 1;
                BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), Crc32c.OfPacket(packet));
            }

            return false;
        };
        pair.A.Connect(pair.Now);
        pair.Run(5);
        Assert.Equal(SctpState.CookieEchoed, pair.A.State);
        Assert.Equal(SctpState.Closed, pair.B.State);
        Assert.Equal(0, pair.AtB.Established);
    }

    [Fact]
    public void Receive_StaleCookie_BeginsAgain()
    {
        var pair = new SctpPair(options: new SctpOptions { CookieLifetime = TimeSpan.FromSeconds(2), MaxRto = TimeSpan.FromSeconds(2) });
        int held = 0;
        pair.AToB.Drop = packet => VirtualLink.Has(packet, (byte)ChunkType.CookieEcho) && ++held <= 3;
        pair.A.Connect(pair.Now);
        pair.RunUntil(() => pair.A.State == SctpState.Established && pair.B.State == SctpState.Established, 20);
        Assert.True(held > 4);
        Assert.Equal(1, pair.AtB.Established);
    }

    [Fact]
    public void Receive_PeerRestarts_BothGoOnWithNewStreams()
    {
        var pair = SctpPair.Connected();
        Assert.True(pair.A.TrySend(pair.Now, 0, 53, [1], default));
        Assert.True(pair.B.TrySend(pair.Now, 0, 53, [2], default));
        pair.RunUntil(() => pair.AtA.Messages.Count == 1 && pair.AtB.Messages.Count == 1);
        var reborn = new RecordingObserver();
        pair.A = new SctpAssociation(new SctpOptions(), new Random(99), reborn);
        pair.A.Connect(pair.Now);
        pair.RunUntil(() => pair.A.State == SctpState.Established);
        Assert.Equal((1, 1), (pair.AtB.Established, pair.AtB.Restarted));
        Assert.Empty(pair.AtB.Closed);
        Assert.True(pair.A.TrySend(pair.Now, 0, 53, [3], default));
        Assert.True(pair.B.TrySend(pair.Now, 0, 53, [4], default));
        pair.RunUntil(() => reborn.Messages.Count == 1 && pair.AtB.Messages.Count == 2);
        Assert.Equal([4], reborn.Messages[0].Bytes);
        Assert.Equal([3], pair.AtB.Messages[1].Bytes);
    }

    [Fact]
    public void Receive_WrongTagPortOrChecksum_IsIgnored()
    {
        var pair = SctpPair.Connected();
        foreach (int position in new[] { 1, 3, 4, 8, 12 })
        {
            var abort = Abort(pair, tagOffset: 0);
            abort[position] ^= 1;
            if (position is not (8 or 12))
                BinaryPrimitives.WriteUInt32LittleEndian(abort.AsSpan(8), Crc32c.OfPacket(abort));
            pair.B.Receive(pair.Now, abort);
            Assert.Equal(SctpState.Established, pair.B.State);
        }

        pair.B.Receive(pair.Now, Abort(pair, tagOffset: 0));
        Assert.Equal(SctpCloseReason.RemoteAbort, Assert.Single(pair.AtB.Closed).Reason);
    }

    private static byte[] Abort(SctpPair pair, uint tagOffset)
    {
        // A packet of A's tells the tag that B expects.
        byte[]? seen = null;
        pair.AToB.Drop = packet => (seen = packet) is null;
        Assert.True(pair.A.TrySend(pair.Now, 0, 53, [1], default));
        pair.Flush();
        uint tag = BinaryPrimitives.ReadUInt32BigEndian(seen.AsSpan(4)) + tagOffset;
        var buffer = new byte[100];
        var builder = new PacketBuilder(buffer, 5000, 5000, tag);
        builder.AppendEncoded(ErrorCause.Abort(ErrorCause.UserInitiatedAbort, "x"));
        return buffer[..builder.Finish()];
    }
}

using System.Buffers.Binary;
using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class BoundsTests
{
    [Fact]
    public void TrySend_BufferFull_RefusesUntilAcknowledged()
    {
        var pair = SctpPair.Connected(options: new SctpOptions { MaxSendBuffer = 100_000 });
        int accepted = 0;
        while (pair.A.TrySend(pair.Now, 1, 53, new byte[9_000], default))
            accepted++;
        Assert.Equal(10, accepted);
        Assert.Equal(90_000, pair.A.BufferedAmount(1));
        pair.RunUntil(() => pair.AtB.Messages.Count == 10 && pair.A.Sender!.IsIdle);
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[9_000], default));
    }

    [Fact]
    public void OnSendBufferFree_StreamsWereRefused_TellsEachOnceWhenALongMessageHasRoom()
    {
        var pair = SctpPair.Connected(options: new SctpOptions { MaxSendBuffer = 100_000, MaxMessageSize = 20_000 });
        while (pair.A.TrySend(pair.Now, 1, 53, new byte[9_000], default))
        {
        }

        Assert.False(pair.A.TrySend(pair.Now, 2, 53, new byte[20_000], default));
        Assert.False(pair.A.TrySend(pair.Now, 1, 53, new byte[9_000], default));
        Assert.Empty(pair.AtA.SendBufferFree);
        pair.RunUntil(() => pair.AtA.SendBufferFree.Count > 0);
        Assert.Equal([1, 2], pair.AtA.SendBufferFree);
        Assert.True(pair.A.TrySend(pair.Now, 2, 53, new byte[20_000], default));
        pair.RunUntil(() => pair.A.Sender!.IsIdle);
        Assert.Equal([1, 2], pair.AtA.SendBufferFree);
    }

    [Fact]
    public void TrySend_MessageOfWrongSize_Throws()
    {
        var pair = SctpPair.Connected();
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.A.TrySend(pair.Now, 1, 53, [], default));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.A.TrySend(pair.Now, 1, 53, new byte[(256 * 1024) + 1], default));
    }

    [Fact]
    public void TrySend_PeerTakesFewStreams_RefusesTheOthers()
    {
        var pair = SctpPair.Connected(optionsB: new SctpOptions { Streams = 4 });
        Assert.True(pair.A.TrySend(pair.Now, 3, 53, [1], default));
        Assert.False(pair.A.TrySend(pair.Now, 4, 53, [1], default));
    }

    [Fact]
    public void Fill_PeerWindow_IsNeverExceededAndAProbeFindsItOpen()
    {
        var pair = SctpPair.Connected();
        long most = 0;
        // B's SACKs are rewritten: the window closes for two seconds, then opens again.
        var closedUntil = pair.Now + TimeSpan.FromSeconds(2);
        pair.BToA.Drop = packet =>
        {
            if (packet[12] == (byte)ChunkType.Sack)
            {
                BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(20), pair.Now < closedUntil ? 0u : 20_000u);
                BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), Crc32c.OfPacket(packet));
            }

            return false;
        };
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[256 * 1024], default));
        pair.Run(0.2);
        pair.AToB.Drop = _ =>
        {
            most = Math.Max(most, pair.A.Sender!.FlightBytes);
            return false;
        };
        pair.Run(1.5);
        Assert.InRange(most, 1, new SctpOptions().MaxFragment);
        pair.RunUntil(() => pair.AtB.Messages.Count == 1, 60);
        Assert.InRange(most, 15_000, 20_000);
        Assert.Empty(pair.AtA.Closed);
    }

    [Fact]
    public void Receive_MessageLargerThanAnnounced_Aborts()
    {
        var pair = SctpPair.Connected(options: new SctpOptions { MaxMessageSize = 1 << 20 }, optionsB: new SctpOptions());
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[300_000], default));
        pair.Run(5);
        Assert.Equal(SctpCloseReason.ProtocolViolation, Assert.Single(pair.AtB.Closed).Reason);
        Assert.Equal(SctpCloseReason.RemoteAbort, Assert.Single(pair.AtA.Closed).Reason);
        Assert.Empty(pair.AtB.Messages);
    }

    [Fact]
    public void Receive_FragmentsThatNeverEnd_AbortsWithinBounds()
    {
        var pair = SctpPair.Connected();
        var peer = new RawPeer(pair);
        // Single-fragment messages that skip sequence number 0: none can ever be delivered.
        var payload = new byte[1000];
        for (int i = 0; i < 20_000 && pair.AtB.Closed.Count == 0; i++)
        {
            peer.SendData(DataChunk.BeginFlag | DataChunk.EndFlag, stream: 1, ssn: (ushort)(1 + (i % 30_000)), payload);
            Assert.InRange(pair.B.Receiver?.BufferedBytes ?? 0, 0, 6 * 1024 * 1024);
        }

        Assert.Equal(SctpCloseReason.OutOfResources, Assert.Single(pair.AtB.Closed).Reason);
    }

    // Each message is given up for the next one, without a FORWARD TSN: what is told of our window is not used up by them.
    [Fact]
    public void Receive_MessagesLeftUnfinished_GivesTheirBytesBack()
    {
        var pair = SctpPair.Connected();
        var peer = new RawPeer(pair);
        peer.SendData(DataChunk.BeginFlag | DataChunk.EndFlag | DataChunk.UnorderedFlag, stream: 1, ssn: 0, [1]);
        uint before = Window();
        for (int i = 0; i < 2_000; i++)
        {
            peer.SendData(DataChunk.BeginFlag | DataChunk.UnorderedFlag, stream: 1, ssn: 0, new byte[1000]);
            Assert.InRange(pair.B.Receiver!.BufferedBytes, 1000, 1500);
        }

        peer.SendData(DataChunk.BeginFlag | DataChunk.EndFlag | DataChunk.UnorderedFlag, stream: 1, ssn: 0, [2]);
        Assert.Equal(0, pair.B.Receiver!.BufferedBytes);
        Assert.InRange(Window(), before, uint.MaxValue);
        Assert.Empty(pair.AtB.Closed);

        uint Window() => BinaryPrimitives.ReadUInt32BigEndian(
            peer.Answers().SelectMany(VirtualLink.ChunksOf).Last(chunk => chunk.Type == (byte)ChunkType.Sack).Value.AsSpan(4));
    }

    [Fact]
    public void Receive_TinyFragmentsWithHoles_StaysBounded()
    {
        var pair = SctpPair.Connected();
        var peer = new RawPeer(pair);
        peer.Skip(1);
        for (int i = 0; i < 50_000; i++)
        {
            peer.SendData(0, stream: 1, ssn: 0, [1]);
            peer.Skip(i % 3);
        }

        Assert.InRange(pair.B.Receiver!.BufferedBytes, 1, 256 * 200);
        Assert.Empty(pair.AtB.Closed);
    }

    [Fact]
    public void Receive_UnknownChunk_FollowsItsHighBits()
    {
        var pair = SctpPair.Connected();
        var peer = new RawPeer(pair);
        // 0x3F stops the packet silently, 0x7F stops and reports, 0xBF is skipped, 0xFF is skipped and reported.
        foreach (var (type, delivers, reports) in new[] { (0x3F, false, false), (0x7F, false, true), (0xBF, true, false), (0xFF, true, true) })
        {
            int before = pair.AtB.Messages.Count;
            peer.SendAfterChunk((byte)type, DataChunk.BeginFlag | DataChunk.EndFlag | DataChunk.UnorderedFlag, [1], retry: !delivers);
            Assert.Equal(before + (delivers ? 1 : 0), pair.AtB.Messages.Count);
            Assert.Equal(reports, peer.Answers().Any(packet => VirtualLink.Has(packet, (byte)ChunkType.Error)));
        }
    }

    [Fact]
    public void OnSack_PeerReneges_DataIsSentAgain()
    {
        var pair = SctpPair.Connected();
        uint first = pair.A.Sender!.NextTsn;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[8_000], default));
        pair.AToB.Loss = 1;
        pair.Flush();
        var peer = new RawPeer(pair, towardsA: true);
        peer.SendSack(first, window: 100_000, [new TsnRange(first + 2, first + 5)]);
        peer.SendSack(first + 1, window: 100_000, []);
        pair.AToB.Loss = 0;
        // What was reported once and then not is sent again, although it was neither timed out nor overtaken.
        pair.AToB.KeepsSent = true;
        pair.Run(0.1);
        Assert.Equal(0, pair.A.Sender!.Timeouts);
        var resent = pair.AToB.Sent.SelectMany(VirtualLink.ChunksOf).Where(chunk => chunk.Type == 0)
            .Select(chunk => BinaryPrimitives.ReadUInt32BigEndian(chunk.Value) - first).Distinct().Order().ToArray();
        Assert.All(new uint[] { 2, 3, 4, 5 }, tsn => Assert.Contains(tsn, resent));
    }
}

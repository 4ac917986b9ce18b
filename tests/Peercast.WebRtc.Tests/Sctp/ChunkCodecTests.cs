using System.Buffers.Binary;
using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class ChunkCodecTests
{
    [Fact]
    public void OfPacket_ThirtyTwoZeroBytes_IsTheValueOfRfc3720() => Assert.Equal(0x8A9136AAu, Crc32c.OfPacket(new byte[32]));

    [Fact]
    public void OfPacket_AnyLength_MatchesBitwiseDivision()
    {
        var random = new Random(3);
        for (int length = 16; length < 100; length++)
        {
            var packet = new byte[length];
            random.NextBytes(packet);
            uint crc = uint.MaxValue;
            for (int i = 0; i < length; i++)
            {
                crc ^= i is >= 8 and < 12 ? (byte)0 : packet[i];
                for (int bit = 0; bit < 8; bit++)
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }

            Assert.Equal(~crc, Crc32c.OfPacket(packet));
        }
    }

    [Fact]
    public void Write_Sack_CanBeReadBack()
    {
        var buffer = new byte[200];
        var builder = new PacketBuilder(buffer, 5000, 5001, 77);
        SackChunk.Write(ref builder, 1000, 4096, [new TsnRange(1003, 1004), new TsnRange(1010, 1010)], [990, 1001]);
        int length = builder.Finish();
        Assert.True(PacketHeader.TryParse(buffer.AsSpan(0, length), out var header));
        Assert.Equal(new PacketHeader(5000, 5001, 77), header);
        ReadOnlySpan<byte> rest = buffer.AsSpan(12, length - 12);
        Assert.True(SctpChunk.TryRead(ref rest, out var chunk) && rest.IsEmpty);
        Assert.True(SackChunk.TryParse(chunk, out var sack));
        Assert.Equal((1000u, 4096u, 2, 2), (sack.CumulativeTsn, sack.ReceiverWindow, sack.GapCount, sack.DuplicateCount));
        Assert.Equal(((ushort)3, (ushort)4), sack.Gap(0));
        Assert.Equal(((ushort)10, (ushort)10), sack.Gap(1));
    }

    [Fact]
    public void Write_SackWithMoreGapsThanRoom_LeavesTheRestOut()
    {
        var buffer = new byte[100];
        var builder = new PacketBuilder(buffer, 5000, 5000, 1);
        var gaps = Enumerable.Range(1, 50).Select(i => new TsnRange((uint)(i * 10), (uint)(i * 10))).ToArray();
        SackChunk.Write(ref builder, 0, 0, gaps, [1, 2, 3]);
        Assert.Equal(100, builder.Finish());
        Assert.Equal(18, BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(24)));
    }

    [Fact]
    public void Encode_InitAck_CanBeReadBack()
    {
        var init = new InitChunk
        {
            InitiateTag = 5,
            ReceiverWindow = 6,
            OutboundStreams = 7,
            InboundStreams = 8,
            InitialTsn = 9,
            Cookie = [1, 2, 3, 4, 5],
            Unrecognized = [[0xC1, 0x23, 0, 5, 9]],
        };
        ReadOnlySpan<byte> rest = init.Encode(ChunkType.InitAck);
        Assert.True(SctpChunk.TryRead(ref rest, out var chunk));
        Assert.True(InitChunk.TryParse(chunk, out var read));
        Assert.Equal((5u, 6u, (ushort)7, (ushort)8, 9u), (read!.InitiateTag, read.ReceiverWindow, read.OutboundStreams, read.InboundStreams, read.InitialTsn));
        Assert.Equal([1, 2, 3, 4, 5], read.Cookie!);
    }

    [Fact]
    public void TryParse_InitWithUnknownParameters_FollowsTheirHighBits()
    {
        // 0xC123: skip and report; 0x4123: stop and report; what follows is not looked at.
        byte[] value =
        [
            0, 0, 0, 1, 0, 0, 0, 2, 0, 3, 0, 4, 0, 0, 0, 5,
            0xC1, 0x23, 0, 5, 9, 0, 0, 0, 0x41, 0x23, 0, 4, 0xC0, 0, 0, 4,
        ];
        ReadOnlySpan<byte> rest = SctpChunk.Encode(ChunkType.Init, 0, value);
        Assert.True(SctpChunk.TryRead(ref rest, out var chunk));
        Assert.True(InitChunk.TryParse(chunk, out var init));
        Assert.Equal(2, init!.Unrecognized.Length);
        Assert.Equal([0xC1, 0x23, 0, 5, 9], init.Unrecognized[0]);
        Assert.False(init.SupportsForwardTsn);
    }
}

using System.Buffers;
using Peercast.Origin.Rtmp;

namespace Peercast.Origin.Tests.Rtmp;

public sealed class RtmpHandshakeTests
{
    private const int Packet = 1536;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1537)]
    [InlineData(10_000)]
    public void Receive_InPiecesOfAnySize_AnswersOnceAndLeavesWhatFollows(int piece)
    {
        var random = new Random(1);
        byte[] c1 = new byte[Packet];
        byte[] nonce = new byte[RtmpHandshake.NonceLength];
        random.NextBytes(c1);
        random.NextBytes(nonce);
        byte[] all = [3, .. c1, .. new byte[Packet], 42];
        var handshake = new RtmpHandshake(nonce);
        var output = new ArrayBufferWriter<byte>();
        var pending = new List<byte>();
        for (int at = 0; at < all.Length; at += piece)
        {
            pending.AddRange(all[at..Math.Min(all.Length, at + piece)]);
            var buffer = new ReadOnlySequence<byte>(pending.ToArray());
            Assert.Equal(RtmpError.None, handshake.Receive(ref buffer, output));
            pending = [.. buffer.ToArray()];
        }

        Assert.True(handshake.IsComplete);
        Assert.Equal([42], pending);
        Assert.Equal([3, 0, 0, 0, 0, 0, 0, 0, 0, .. nonce, .. c1], output.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(22)]
    [InlineData((int)'G')]
    public void Receive_OtherVersion_Fails(int version)
    {
        var buffer = new ReadOnlySequence<byte>([(byte)version]);
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(RtmpError.Version, new RtmpHandshake(new byte[RtmpHandshake.NonceLength]).Receive(ref buffer, output));
        Assert.Equal(0, output.WrittenCount);
    }
}

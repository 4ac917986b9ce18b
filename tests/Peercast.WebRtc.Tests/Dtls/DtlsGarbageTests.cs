using Peercast.WebRtc.Dtls;

namespace Peercast.WebRtc.Tests.Dtls;

public sealed class DtlsGarbageTests
{
    private const int Inputs = 100_000;

    [Fact]
    public void Receive_RandomDatagramsInASession_LeavesItWorking()
    {
        using var pair = DtlsPair.Connected();
        var random = new Random(20);
        byte[] buffer = new byte[2000];
        for (int i = 0; i < Inputs; i++)
        {
            Span<byte> garbage = buffer.AsSpan(0, random.Next(1, i % 16 == 0 ? buffer.Length : 80));
            random.NextBytes(garbage);
            if (i % 2 == 0)
            {
                MakeLookLikeARecord(garbage, random);
            }

            pair.Server.Endpoint.Receive(garbage);
            if (pair.Server.Endpoint.State != DtlsState.Connected)
            {
                Assert.Fail($"Input {i} ended the session: {Convert.ToHexString(garbage)}");
            }

        }

        AssertWorks(pair);
    }

    [Fact]
    public void Receive_MutatedDatagramsInASession_LeavesItWorking()
    {
        var handshake = new List<byte[]>();
        using var pair = new DtlsPair();
        pair.Client.Endpoint.Start();
        pair.Exchange((_, waiting) =>
        {
            handshake.AddRange(waiting);
            return waiting;
        });
        Assert.True(pair.BothConnected);
        for (int length = 1; length < 200; length += 20)
        {
            pair.Client.Endpoint.TrySend(new byte[length]);
        }

        byte[][] samples = [.. handshake, .. pair.Client.Sent];
        pair.Client.Sent.Clear();
        var random = new Random(21);
        for (int i = 0; i < Inputs; i++)
        {
            byte[] sample = samples[random.Next(samples.Length)];
            byte[] mutated = [.. sample];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                mutated[random.Next(mutated.Length)] ^= (byte)random.Next(1, 256);
            }

            if (mutated.AsSpan().SequenceEqual(sample))
            {
                // Two changes of one byte have undone each other: that would be a good datagram.
                mutated[0] ^= 0x80;
            }

            Span<byte> garbage = mutated.AsSpan(0, random.Next(8) == 0 ? random.Next(1, mutated.Length) : mutated.Length);
            pair.Server.Endpoint.Receive(garbage);
            if (pair.Server.Endpoint.State != DtlsState.Connected)
            {
                Assert.Fail($"Input {i} ended the session: {Convert.ToHexString(garbage)}");
            }

            pair.Server.Sent.Clear();
        }

        Assert.Empty(pair.Server.Received);
        AssertWorks(pair);
    }

    [Fact]
    public void Receive_MutatedDatagramsInAHandshake_NeverThrowsNorConnects()
    {
        var random = new Random(22);
        int inputs = 0;
        while (inputs < Inputs / 50)
        {
            using var pair = new DtlsPair();
            pair.Client.Endpoint.Start();
            pair.Exchange((_, waiting) => waiting.Select(datagram =>
            {
                inputs++;
                byte[] mutated = [.. datagram];
                mutated[random.Next(mutated.Length)] ^= (byte)random.Next(1, 256);
                return mutated;
            }));
            Assert.Empty(pair.Client.Received);
            Assert.Empty(pair.Server.Received);
        }
    }

    [Fact]
    public void Receive_RandomDatagramsBeforeTheHandshake_NeverThrows()
    {
        var random = new Random(23);
        byte[] buffer = new byte[400];
        var pair = new DtlsPair();
        for (int i = 0; i < Inputs; i++)
        {
            if (pair.Server.Endpoint.State != DtlsState.Connecting)
            {
                pair.Dispose();
                pair = new DtlsPair();
            }

            Span<byte> garbage = buffer.AsSpan(0, random.Next(1, buffer.Length));
            random.NextBytes(garbage);
            if (i % 2 == 0)
            {
                MakeLookLikeARecord(garbage, random);
            }

            pair.Server.Endpoint.Receive(garbage);
            pair.Server.Sent.Clear();
        }

        Assert.NotEqual(DtlsState.Connected, pair.Server.Endpoint.State);
        pair.Dispose();
    }

    private static void MakeLookLikeARecord(Span<byte> datagram, Random random)
    {
        if (datagram.Length < 14)
        {
            return;
        }

        datagram[0] = (byte)random.Next(20, 24);
        datagram[1] = 0xFE;
        datagram[2] = 0xFD;
        datagram[3] = 0;
        datagram[4] = (byte)random.Next(3);
        int length = datagram.Length - 13;
        datagram[11] = (byte)(length >> 8);
        datagram[12] = (byte)length;
    }

    private static void AssertWorks(DtlsPair pair)
    {
        Assert.Equal(DtlsState.Connected, pair.Server.Endpoint.State);
        pair.Server.Sent.Clear();
        Assert.True(pair.Client.Endpoint.TrySend([1, 2, 3]));
        Assert.True(pair.Server.Endpoint.TrySend([4, 5, 6]));
        pair.Exchange();
        Assert.Equal([1, 2, 3], Assert.Single(pair.Server.Received));
        Assert.Equal([4, 5, 6], Assert.Single(pair.Client.Received));
    }
}

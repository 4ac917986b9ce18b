using System.Buffers.Binary;
using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Tests.Sctp;

/// <summary>Whatever a peer sends, in whatever state, nothing throws and memory stays bounded.</summary>
public sealed class FuzzTests
{
    private static readonly byte[] ChunkTypes = [0, 0, 0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 130, 130, 192, 192, 64, 255];

    [Theory]
    [InlineData(nameof(SctpState.Closed))]
    [InlineData(nameof(SctpState.CookieWait))]
    [InlineData(nameof(SctpState.CookieEchoed))]
    [InlineData(nameof(SctpState.Established))]
    [InlineData(nameof(SctpState.ShutdownPending))]
    [InlineData(nameof(SctpState.ShutdownSent))]
    [InlineData(nameof(SctpState.ShutdownReceived))]
    [InlineData(nameof(SctpState.ShutdownAckSent))]
    public void Receive_RandomAndMutatedPackets_NeverThrows(string stateName)
    {
        var state = Enum.Parse<SctpState>(stateName);
        var random = new Random((int)state + 100);
        var samples = Samples();
        var buffer = new byte[1500];
        SctpPair? pair = null;
        int age = 0, reached = 0;
        for (int i = 0; i < 50_000; i++)
        {
            if (pair is null || pair.AtB.Closed.Count > 0 || ++age > 300)
            {
                pair = InState(state, random.Next());
                Assert.Equal(state, pair.B.State);
                reached++;
                age = 0;
            }

            int length = i % 3 == 0 ? Garbage(random, buffer) : i % 3 == 1 ? Structured(random, buffer) : Mutated(random, samples, buffer);
            Address(random, pair, buffer, length);
            pair.B.Receive(pair.Now, buffer.AsSpan(0, length));
            if (random.Next(4) == 0)
            {
                pair.Now += TimeSpan.FromMilliseconds(random.Next(200));
                pair.B.Tick(pair.Now);
            }

            for (int k = 0; k < 50 && pair.B.TryGetPacket(pair.Now, buffer, out int sent); k++)
                Assert.InRange(sent, 16, 1163);
            Assert.InRange(pair.B.Receiver?.BufferedBytes ?? 0, 0, 6 * 1024 * 1024);
        }

        Assert.True(reached > 60);
    }

    // Puts B into a state with something under way.
    private static SctpPair InState(SctpState state, int seed)
    {
        var pair = new SctpPair(seed & 0xFFFF);
        if (state == SctpState.Closed)
            return pair;
        if (state is SctpState.CookieWait or SctpState.CookieEchoed)
        {
            pair.B.Connect(pair.Now);
            if (state == SctpState.CookieEchoed)
                pair.RunUntil(() => pair.B.State == state);
            return pair;
        }

        pair.A.Connect(pair.Now);
        pair.RunUntil(() => pair.B.State == SctpState.Established && pair.A.State == SctpState.Established);
        if (state is SctpState.Established or SctpState.ShutdownPending or SctpState.ShutdownReceived)
        {
            pair.BToA.Loss = 1;
            pair.B.TrySend(pair.Now, 1, 53, new byte[30_000], default);
            pair.B.TrySend(pair.Now, 2, 53, new byte[30_000], new SendOptions { Unordered = true, MaxRetransmits = 1 });
            pair.B.TrySend(pair.Now, 3, 53, new byte[30_000], new SendOptions { Lifetime = TimeSpan.FromSeconds(1) });
            pair.B.ResetOutgoingStream(pair.Now, 4);
            pair.Flush();
        }

        if (state is SctpState.ShutdownPending or SctpState.ShutdownSent)
            pair.B.Shutdown(pair.Now);
        else if (state is SctpState.ShutdownReceived or SctpState.ShutdownAckSent)
        {
            pair.A.Shutdown(pair.Now);
            pair.RunUntil(() => pair.B.State == state);
        }

        return pair;
    }

    private static List<byte[]> Samples()
    {
        var pair = new SctpPair();
        pair.AToB.KeepsSent = pair.BToA.KeepsSent = true;
        pair.AToB.Loss = pair.BToA.Loss = 0.1;
        pair.A.Connect(pair.Now);
        pair.B.Connect(pair.Now);
        pair.Run(3);
        for (ushort i = 0; i < 20; i++)
        {
            pair.A.TrySend(pair.Now, i, 53, new byte[1 + (i * 500)], new SendOptions { Unordered = i % 2 == 0, MaxRetransmits = i % 3 == 0 ? (ushort)0 : null });
            pair.A.ResetOutgoingStream(pair.Now, i);
        }

        pair.Run(40);
        pair.A.Shutdown(pair.Now);
        pair.Run(5);
        return [.. pair.AToB.Sent, .. pair.BToA.Sent];
    }

    private static int Garbage(Random random, byte[] buffer)
    {
        int length = random.Next(0, 200);
        random.NextBytes(buffer.AsSpan(0, length));
        return length;
    }

    // Chunks of known types and plausible lengths around random contents.
    private static int Structured(Random random, byte[] buffer)
    {
        int length = 12;
        for (int n = random.Next(1, 6); n > 0; n--)
        {
            int value = random.Next(0, random.Next(4) == 0 ? 200 : 32);
            var chunk = buffer.AsSpan(length, (4 + value + 3) & ~3);
            random.NextBytes(chunk);
            chunk[0] = ChunkTypes[random.Next(ChunkTypes.Length)];
            chunk[1] = (byte)random.Next(random.Next(2) == 0 ? 16 : 256);
            BinaryPrimitives.WriteUInt16BigEndian(chunk[2..], (ushort)(4 + value));
            if (chunk.Length >= 16 && random.Next(2) == 0)
                chunk[4..7].Clear();
            if (chunk[0] == 6 && random.Next(10) != 0)
                chunk[0] = 0;
            length += chunk.Length;
        }

        return length;
    }

    private static int Mutated(Random random, List<byte[]> samples, byte[] buffer)
    {
        var sample = samples[random.Next(samples.Count)];
        sample.CopyTo(buffer, 0);
        int length = random.Next(5) == 0 ? random.Next(sample.Length + 1) : sample.Length;
        for (int k = random.Next(6); k > 0; k--)
            buffer[random.Next(Math.Max(1, Math.Min(length, 60)))] = (byte)random.Next(256);
        return length;
    }

    // Makes the packet pass the checks of its header, most of the time, and its TSNs lie near those expected.
    private static void Address(Random random, SctpPair pair, byte[] buffer, int length)
    {
        if (length < 16 || random.Next(50) == 0)
            return;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, 5000);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(2), 5000);
        uint tag = buffer[12] == (byte)ChunkType.Init ? 0 : pair.B.LocalTag;
        BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(4), tag);
        if (pair.B.Receiver is { } receiver && length >= 24 && random.Next(4) != 0)
        {
            uint near = buffer[12] switch
            {
                0 or 192 => receiver.CumulativeTsn + (uint)random.Next(-3, 12),
                3 or 7 => pair.B.Sender!.NextTsn - (uint)random.Next(0, 40),
                _ => 0,
            };
            if (buffer[12] is 0 or 192 or 3 or 7)
                BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(16), near);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(8), Crc32c.OfPacket(buffer.AsSpan(0, length)));
    }
}

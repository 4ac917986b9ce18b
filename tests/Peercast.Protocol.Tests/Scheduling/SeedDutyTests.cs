using System.Collections.Immutable;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Tests.Scheduling;

public sealed class SeedDutyTests
{
    private const int Chunks = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void IsMine_EveryChunk_ElectsExactlyCopies(int copies)
    {
        var seeds = Seeds(1, 5, 2, 40, 1, 0.5);
        for (int chunk = 0; chunk < 2_000; chunk++)
        {
            Assert.Equal(copies, Elected(chunk, seeds, copies).Count);
        }
    }

    [Fact]
    public void IsMine_FewerSeedsThanCopies_ElectsAll()
    {
        var seeds = Seeds(1, 1);
        Assert.Equal(2, Elected(7, seeds, 4).Count);
    }

    [Fact]
    public void IsMine_OneCopy_SharesAreInProportionToWeights()
    {
        var seeds = Seeds(1, 2, 3, 4, 10);
        var counts = new int[seeds.Length];
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            counts[Elected(chunk, seeds, 1).Single()]++;
        }

        double total = seeds.Sum(s => s.Weight);
        for (int i = 0; i < seeds.Length; i++)
        {
            double expected = Chunks * seeds[i].Weight / total;
            double deviation = Math.Sqrt(expected * (1 - (seeds[i].Weight / total)));
            Assert.InRange(counts[i], expected - (5 * deviation), expected + (5 * deviation));
        }
    }

    [Fact]
    public void IsMine_SequentialPeerIds_ShareEvenly()
    {
        var seeds = Enumerable.Range(0, 64).Select(i => (Peer: new PeerId((ulong)i), Weight: 1.0)).ToImmutableArray();
        var counts = new int[64];
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            counts[Elected(chunk, seeds, 1).Single()]++;
        }

        // Chi-squared with 63 degrees of freedom: 117 is beyond the 99.99th percentile.
        double expected = Chunks / 64.0;
        Assert.True(counts.Sum(c => (c - expected) * (c - expected) / expected) < 117);
    }

    [Fact]
    public void IsMine_SeedLeaves_OnlyItsChunksMove()
    {
        var before = Seeds(1, 2, 3, 4, 10);
        var after = before.RemoveAt(3);
        for (int chunk = 0; chunk < 5_000; chunk++)
        {
            var was = Elected(chunk, before, 2).Select(i => before[i].Peer).ToHashSet();
            var now = Elected(chunk, after, 2).Select(i => after[i].Peer).ToHashSet();
            was.Remove(before[3].Peer);
            Assert.Subset(now, was);
        }
    }

    [Fact]
    public void IsMine_WeightOfOneSeedGrows_OnlyItGainsChunks()
    {
        var before = Seeds(1, 2, 3);
        var after = before.SetItem(0, (before[0].Peer, 4.0));
        for (int chunk = 0; chunk < 5_000; chunk++)
        {
            int was = Elected(chunk, before, 1).Single();
            int now = Elected(chunk, after, 1).Single();
            Assert.True(now == was || now == 0);
        }
    }

    [Fact]
    public void IsMine_OrderOfSeeds_DoesNotMatter()
    {
        var seeds = Seeds(1, 2, 3, 4);
        var reversed = seeds.Reverse().ToImmutableArray();
        for (int chunk = 0; chunk < 1_000; chunk++)
        {
            foreach (var (peer, _) in seeds)
            {
                Assert.Equal(
                    SeedDuty.IsMine(new ChunkId(chunk), peer, seeds, 2),
                    SeedDuty.IsMine(new ChunkId(chunk), peer, reversed, 2));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void IsMine_WeightIsNoWeight_IsNeverElectedAndHarmsNobody(double weight)
    {
        var seeds = Seeds(weight, 1);
        for (int chunk = 0; chunk < 100; chunk++)
        {
            Assert.Equal([1], Elected(chunk, seeds, 2));
        }
    }

    [Fact]
    public void IsMine_NotASeedOrNoCopies_IsFalse()
    {
        var seeds = Seeds(1);
        Assert.False(SeedDuty.IsMine(new ChunkId(1), new PeerId(99), seeds, 1));
        Assert.False(SeedDuty.IsMine(new ChunkId(1), seeds[0].Peer, seeds, 0));
        Assert.False(SeedDuty.IsMine(new ChunkId(1), seeds[0].Peer, [], 1));
        Assert.False(SeedDuty.IsMine(new ChunkId(1), seeds[0].Peer, default, 1));
    }

    // The vector of SIGNALING.md: another implementation must elect the same seeds.
    [Fact]
    public void IsMine_Vector_IsStable()
    {
        ImmutableArray<(PeerId, double)> seeds = [(new PeerId(0x0123456789abcdef), 1.0), (new PeerId(0xfedcba9876543210), 2.0), (new PeerId(0x1111111111111111), 3.0)];
        string elected = string.Concat(Enumerable.Range(0, 16).Select(chunk => Elected(chunk, seeds, 1).Single()));
        Assert.Equal("0122102022211021", elected);
    }

    private static ImmutableArray<(PeerId Peer, double Weight)> Seeds(params double[] weights)
    {
        var random = new Random(1);
        return [.. weights.Select(w => (new PeerId((ulong)random.NextInt64()), w))];
    }

    private static List<int> Elected(int chunk, ImmutableArray<(PeerId Peer, double Weight)> seeds, int copies) =>
        [.. Enumerable.Range(0, seeds.Length).Where(i => SeedDuty.IsMine(new ChunkId(chunk), seeds[i].Peer, seeds, copies))];
}

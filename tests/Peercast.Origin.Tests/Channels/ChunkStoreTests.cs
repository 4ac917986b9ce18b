using Peercast.Origin.Channels;
using Peercast.Protocol.Chunks;

namespace Peercast.Origin.Tests.Channels;

public sealed class ChunkStoreTests
{
    [Fact]
    public void Append_BeyondTheRingsSeconds_DropsTheOldest()
    {
        using var fixture = new ChannelFixture(ringSeconds: 10);
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(), 500));

        ChunkStore store = fixture.Channel.Store;
        Assert.Equal(499, store.LiveEdge);
        Assert.InRange(store.LiveEdge - store.FirstChunk, 49, 53);
        Assert.Equal(ChunkAvailability.Gone, store.Find(store.FirstChunk - 1, out _));
        Assert.Equal(ChunkAvailability.Found, store.Find(store.FirstChunk, out _));
        Assert.Equal(ChunkAvailability.NotYet, store.Find(500, out _));
        Assert.True(store.WholeSegments()[0].FirstChunk.Value >= store.FirstChunk);
    }

    [Fact]
    public void Append_BeyondTheRingsBytes_DropsTheOldest()
    {
        const int Bytes = 1_000_000;
        using var fixture = new ChannelFixture(ringBytes: Bytes);
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(), 300, size: 50_000));

        ChunkStore store = fixture.Channel.Store;
        Assert.InRange(store.LiveEdge - store.FirstChunk + 1, 18, Bytes / 50_000);
        Assert.Equal(300, store.ChunksProduced);
        Assert.Equal(300 * 50_000, store.BytesProduced);
    }

    [Fact]
    public void Append_SegmentLongerThanTheRing_CannotBeJoinedUntilTheNextKeyframe()
    {
        using var fixture = new ChannelFixture(ringSeconds: 10);
        var init = SyntheticMedia.Init();
        fixture.Write(Enumerable.Range(0, 100).Select(i => SyntheticMedia.Part(init, i * 200, keyframe: i == 0)));

        Assert.Null(fixture.Channel.Store.JoinSegment(TimeSpan.FromSeconds(5)));
        Assert.Empty(fixture.Channel.Store.WholeSegments());

        fixture.Write(SyntheticMedia.Parts(init, 5));
        Assert.Equal(100, fixture.Channel.Store.JoinSegment(TimeSpan.FromSeconds(5))!.FirstChunk.Value);
    }

    [Fact]
    public void Batches_FromAnId_BeginWithTheBatchThatCoversIt()
    {
        using var fixture = new ChannelFixture();
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(), 20));
        ChunkStore store = fixture.Channel.Store;

        Assert.Equal(4, store.Batches(5, 64)[0].Batch.FirstChunk.Value);
        Assert.Equal(8, store.Batches(5, 64).Count);
        Assert.Equal(2, store.Batches(5, 2).Count);
        Assert.Equal(18, Assert.Single(store.Batches(-1, 64)).Batch.FirstChunk.Value);
        Assert.Empty(store.Batches(20, 64));
    }

    [Fact]
    public void JoinSegment_Latency_IsTheStartNearestToIt()
    {
        using var fixture = new ChannelFixture();
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(), 50));
        ChunkStore store = fixture.Channel.Store;

        Assert.Equal(25, store.JoinSegment(TimeSpan.FromSeconds(5))!.FirstChunk.Value);
        Assert.Equal(25, store.JoinSegment(TimeSpan.FromSeconds(5.4))!.FirstChunk.Value);
        Assert.Equal(20, store.JoinSegment(TimeSpan.FromSeconds(5.6))!.FirstChunk.Value);
        Assert.Equal(0, store.JoinSegment(TimeSpan.FromHours(1))!.FirstChunk.Value);
        Assert.Equal(20, store.SegmentOf(24)!.FirstChunk.Value);
    }

    [Fact]
    public void WholeSegments_WhileOneGrows_LeaveItOut()
    {
        using var fixture = new ChannelFixture();
        var init = SyntheticMedia.Init();
        fixture.Channel.Writer.BeginEpoch();
        foreach (var part in SyntheticMedia.Parts(init, 8))
        {
            fixture.Channel.Writer.Write(part);
        }

        Assert.Equal(0, Assert.Single(fixture.Channel.Store.WholeSegments()).Number);
        fixture.Channel.Writer.EndEpoch();
        Assert.Equal(2, fixture.Channel.Store.WholeSegments().Count);
    }

    [Fact]
    public async Task WaitAsync_NewBatch_Wakes()
    {
        using var fixture = new ChannelFixture();
        Task<bool> waiting = fixture.Channel.Store.WaitAsync(-1, TimeSpan.FromMinutes(1), TimeProvider.System, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(), 1));
        Assert.True(await waiting);
    }

    [Fact]
    public async Task WaitAsync_NothingNew_TellsSo()
    {
        using var fixture = new ChannelFixture();
        Assert.False(await fixture.Channel.Store.WaitAsync(-1, TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(ChunkInfo.MaxLength, 1)]
    [InlineData(ChunkInfo.MaxLength + 1, 2)]
    [InlineData(1_000_000, 16)]
    public void Slice_AnyLength_CoversItWithEqualSlices(int length, int count)
    {
        Assert.Equal(count, PartSlicer.Count(length));
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            (int offset, int slice) = PartSlicer.Slice(length, i, count);
            Assert.Equal(at, offset);
            Assert.InRange(slice, length / count, ChunkInfo.MaxLength);
            at += slice;
        }

        Assert.Equal(length, at);
    }
}

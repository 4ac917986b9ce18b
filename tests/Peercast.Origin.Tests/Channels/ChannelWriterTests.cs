using Peercast.Origin.Channels;
using Peercast.Origin.Media;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tests.Channels;

public sealed class ChannelWriterTests
{
    [Fact]
    public void Write_Parts_SignsBatchesThatVerifyAndMatchTheBytes()
    {
        using var fixture = new ChannelFixture();
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(), 10));

        using ManifestVerifier verifier = fixture.Verifier;
        Assert.Equal(5, fixture.Batches.Count);
        Assert.All(fixture.Batches, b => Assert.NotNull(verifier.TryVerify(b.Encoded.Span)));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), fixture.Chunks.Select(c => c.Id.Value));
        foreach (ChunkInfo info in fixture.Chunks)
        {
            Assert.Equal(ChunkAvailability.Found, fixture.Channel.Store.Find(info.Id.Value, out StoredChunk? chunk));
            Assert.Equal(info.Hash, Hash256.Of(fixture.Channel.Store.Read(chunk!).Span));
        }
    }

    [Fact]
    public void Write_Keyframes_StartSegments()
    {
        using var fixture = new ChannelFixture();
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(), 10));

        Assert.Equal([0L, 5], fixture.Chunks.Where(c => c.StartsSegment).Select(c => c.Id.Value));
        Assert.Equal([0L, 0, 0, 0, 0, 1, 1, 1, 1, 1], fixture.Chunks.Select(c => c.Segment));
        Assert.Equal([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], fixture.Chunks.Select(c => c.Part));
    }

    [Fact]
    public void Write_LargePart_IsCutIntoEqualSlices()
    {
        using var fixture = new ChannelFixture();
        fixture.Write([SyntheticMedia.Part(SyntheticMedia.Init(), 0, keyframe: true, size: 150_001)]);

        Assert.Equal([(0, 50_000), (50_000, 50_000), (100_000, 50_001)], fixture.Chunks.Select(c => (c.Offset, c.Length)));
        Assert.Equal(
            [ChunkFlags.Keyframe, ChunkFlags.None, ChunkFlags.EndOfPart], fixture.Chunks.Select(c => c.Flags));
    }

    [Fact]
    public void Write_PartOfMoreSlicesThanABatchHolds_IsSpreadOverBatches()
    {
        using var fixture = new ChannelFixture();
        int size = ((ManifestBatch.MaxChunks * 2) + 1) * ChunkInfo.MaxLength;
        fixture.Write([SyntheticMedia.Part(SyntheticMedia.Init(), 0, keyframe: true, size: size)]);

        Assert.Equal([64, 64, 1], fixture.Batches.Select(b => b.Batch.Chunks.Length));
        Assert.Equal(size, fixture.Chunks.Sum(c => c.Length));
    }

    [Fact]
    public void Write_BeforeTheFirstKeyframe_Drops()
    {
        using var fixture = new ChannelFixture();
        InitSegment init = SyntheticMedia.Init();
        fixture.Write([SyntheticMedia.Part(init, 0), SyntheticMedia.Part(init, 200), SyntheticMedia.Part(init, 400, keyframe: true)]);

        ChunkInfo chunk = Assert.Single(fixture.Chunks);
        Assert.True(chunk.StartsSegment);
    }

    [Fact]
    public void BeginEpoch_AfterARestart_ContinuesIdsAndTimesWithADiscontinuity()
    {
        using var fixture = new ChannelFixture();
        InitSegment init = SyntheticMedia.Init();
        fixture.Write(SyntheticMedia.Parts(init, 5));
        fixture.Write(SyntheticMedia.Parts(init, 5));

        ChunkInfo[] chunks = [.. fixture.Chunks];
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), chunks.Select(c => c.Id.Value));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i * 200_000L), chunks.Select(c => c.PresentationTime.Microseconds));
        Assert.Equal([5L], chunks.Where(c => (c.Flags & ChunkFlags.Discontinuity) != 0).Select(c => c.Id.Value));
        Assert.Equal([0, 1], fixture.Batches.Select(b => b.Batch.Epoch).Distinct());
        Assert.Equal([0], fixture.Batches.Select(b => b.Batch.InitIndex).Distinct());
    }

    [Fact]
    public void Write_OtherInit_GetsANewIndex()
    {
        using var fixture = new ChannelFixture();
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(1), 5));
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(2), 5));

        Assert.Equal([0, 1], fixture.Batches.Select(b => b.Batch.InitIndex).Distinct());
        Assert.Equal(SyntheticMedia.Init(2).Hash, fixture.Channel.Store.Init(1)!.Hash);
        Assert.Equal(SyntheticMedia.Init(2).Hash, fixture.Batches[^1].Batch.InitHash);
    }

    [Fact]
    public void Load_AfterAStop_ReusesNoNumber()
    {
        using var fixture = new ChannelFixture();
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(), 10));
        Hash256 fingerprint = fixture.Channel.Fingerprint;
        ChunkInfo before = fixture.Chunks.Last();
        int epoch = fixture.Batches[^1].Batch.Epoch;
        int init = fixture.Batches[^1].Batch.InitIndex;
        fixture.Batches.Clear();

        fixture.Reload();
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(), 5));

        ChunkInfo after = fixture.Chunks.First();
        Assert.Equal(fingerprint, fixture.Channel.Fingerprint);
        Assert.True(after.Id > before.Id);
        Assert.True(after.Segment > before.Segment);
        Assert.True(after.PresentationTime >= before.PresentationTime + before.Duration);
        Assert.True((after.Flags & ChunkFlags.Discontinuity) != 0);
        Assert.True(fixture.Batches[0].Batch.Epoch > epoch);
        Assert.True(fixture.Batches[0].Batch.InitIndex > init);
        Assert.Equal(after.Id.Value, fixture.Channel.Store.FirstChunk);
    }

    [Fact]
    public void Write_DiskFull_PublishesNothingUnderANumberThatIsNotReserved()
    {
        using var fixture = new ChannelFixture();
        InitSegment init = SyntheticMedia.Init();
        fixture.Write([SyntheticMedia.Part(init, 0, keyframe: true)]);
        string inTheWay = fixture.FillDisk();

        // More segments than were reserved with the epoch.
        Assert.Throws<IOException>(() =>
        {
            for (int i = 1; i < 2_000; i++)
            {
                fixture.Channel.Writer.Write(SyntheticMedia.Part(init, i * 200, keyframe: true));
            }
        });
        long published = fixture.Chunks.Last().Id.Value;
        Assert.Throws<IOException>(fixture.Channel.Writer.EndEpoch);
        Assert.Equal(published, fixture.Chunks.Last().Id.Value);

        File.Delete(inTheWay);
        fixture.Channel.Writer.EndEpoch();
        ChunkInfo last = fixture.Chunks.Last();
        Assert.True(last.Id.Value > published);
        fixture.Reload();
        fixture.Write([SyntheticMedia.Part(init, 0, keyframe: true)]);
        Assert.True(fixture.Chunks.Last().Id > last.Id);
        Assert.True(fixture.Chunks.Last().Segment > last.Segment);
    }

    [Fact]
    public void Complete_RecordedChannel_MarksTheLastChunkAndKeepsAll()
    {
        using var fixture = new ChannelFixture(recorded: true, ringSeconds: 10);
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(1), 200));
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(2), 200));
        fixture.Channel.Writer.Complete();

        Assert.Equal([399L], fixture.Chunks.Where(c => (c.Flags & ChunkFlags.EndOfChannel) != 0).Select(c => c.Id.Value));
        Assert.Equal(0, fixture.Channel.Store.FirstChunk);
        Assert.True(fixture.Channel.Store.IsComplete);
        Assert.All(fixture.Chunks, c =>
        {
            Assert.Equal(ChunkAvailability.Found, fixture.Channel.Store.Find(c.Id.Value, out StoredChunk? chunk));
            Assert.Equal(c.Hash, Hash256.Of(fixture.Channel.Store.Read(chunk!).Span));
        });
    }

    [Fact]
    public void Load_OnUnix_HidesSecretsFromOthers()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var fixture = new ChannelFixture();
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        Assert.Equal(default, File.GetUnixFileMode(fixture.Folder) & Others);
        Assert.Equal(default, File.GetUnixFileMode(Path.Combine(fixture.Folder, "key.pem")) & Others);
        Assert.Equal(default, File.GetUnixFileMode(Path.Combine(fixture.Folder, "stream-key.txt")) & Others);
    }

    [Fact]
    public void Load_FolderOfARunningOrigin_IsRefusedAndLeftAsItIs()
    {
        using var fixture = new ChannelFixture(recorded: true);
        fixture.Write(SyntheticMedia.Parts(SyntheticMedia.Init(), 5));
        fixture.Channel.Writer.Complete();

        var fault = Assert.Throws<OriginStartException>(fixture.LoadBeside);
        Assert.Equal(
            $"The channel folder '{fixture.Folder}' is used by another origin. Stop that one, or set Peercast:DataFolder to another folder.", fault.Message);
        Assert.All(fixture.Chunks, c =>
        {
            fixture.Channel.Store.Find(c.Id.Value, out StoredChunk? chunk);
            Assert.Equal(c.Hash, Hash256.Of(fixture.Channel.Store.Read(chunk!).Span));
        });
        fixture.Reload();
    }

    [Fact]
    public void Load_DamagedKey_SaysWhichFileAndWhatToDo()
    {
        using var fixture = new ChannelFixture();
        File.WriteAllText(Path.Combine(fixture.Folder, "key.pem"), "no key");

        var fault = Assert.Throws<OriginStartException>(fixture.Reload);
        Assert.Contains("key.pem", fault.Message, StringComparison.Ordinal);
    }
}

using System.Buffers;
using Peercast.Origin.Ingest;
using Peercast.Origin.Rtmp;

namespace Peercast.Origin.Tests.Rtmp;

public sealed class RtmpMediaSourceTests : IDisposable
{
    private readonly TagQueue _queue = new(1_000_000);
    private readonly RtmpMediaSource _source;

    public RtmpMediaSourceTests() => _source = new RtmpMediaSource(_queue, "test");

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task DescribeAsync_HeadersOfBoth_AreH264AndAac()
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(0));
        Assert.Equal(new MediaProfile("h264", "yuv420p", "aac", "flv"), await _source.DescribeAsync(default));
    }

    [Fact]
    public async Task DescribeAsync_MetadataWithoutAudio_DoesNotWaitForIt()
    {
        var body = new ArrayBufferWriter<byte>();
        Amf0Writer.Write(body, "onMetaData");
        Amf0Writer.Write(body, new Dictionary<string, object?> { ["videocodecid"] = 7.0 });
        await Write(new FlvTag(RtmpMessageType.Data, 0, body.WrittenMemory), VideoHeader(1));
        Assert.Null((await _source.DescribeAsync(default)).AudioCodec);
    }

    [Fact]
    public async Task DescribeAsync_NoAudioForAWhile_IsVideoAlone()
    {
        await Write(VideoHeader(1), Keyframe(0), Frame(1_000), Frame(1_500));
        Assert.Null((await _source.DescribeAsync(default)).AudioCodec);
    }

    [Fact]
    public async Task DescribeAsync_HighTenBit_IsNotPassedThrough()
    {
        await Write(new FlvTag(RtmpMessageType.Video, 0, new byte[] { 0x17, 0, 0, 0, 0, 1, 110, 0, 31 }), AudioHeader());
        Assert.False((await _source.DescribeAsync(default)).PassesVideo);
    }

    [Fact]
    public async Task DescribeAsync_AudioAlone_IsNoVideo()
    {
        await Write(AudioHeader(), Audio(0), Audio(9_000), Audio(10_000));
        var e = await Assert.ThrowsAsync<IngestException>(() => _source.DescribeAsync(default));
        Assert.Contains("no video", e.Message);
    }

    [Fact]
    public async Task DescribeAsync_PublisherLeavesAtOnce_IsNoVideo()
    {
        _queue.Complete();
        await Assert.ThrowsAsync<IngestException>(() => _source.DescribeAsync(default));
    }

    [Fact]
    public async Task CopyToAsync_FromTheMiddle_BeginsWithHeadersAndAKeyframe()
    {
        await Write(VideoHeader(1), AudioHeader(), Frame(5_000), Audio(5_010), Keyframe(5_040), Audio(5_050), Frame(5_080));
        _queue.Complete();
        Assert.Equal(
            ["VH@0", "AH@0", "K@0", "A@10", "F@40"],
            await Copy());
        Assert.True(_source.IsAtEnd);
    }

    [Fact]
    public async Task CopyToAsync_Again_GoesOnWithTheNextKeyframe()
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(0), Frame(40), Frame(80), Keyframe(120), Frame(160));
        _queue.Complete();
        await _source.DescribeAsync(default);
        await Assert.ThrowsAsync<IOException>(() => _source.CopyToAsync(new BreakingStream(3), default));
        Assert.False(_source.IsAtEnd);
        Assert.Equal(["VH@0", "AH@0", "K@0", "F@40"], await Copy());
    }

    [Fact]
    public async Task CopyToAsync_SameHeadersAgain_AreLeftOut()
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(0), VideoHeader(1), AudioHeader(), Frame(40));
        _queue.Complete();
        Assert.Equal(["VH@0", "AH@0", "K@0", "F@40"], await Copy());
    }

    [Fact]
    public async Task CopyToAsync_AnotherHeader_EndsThisRunAndTheNextGoesOn()
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(0), Frame(40), VideoHeader(2), Keyframe(80), Audio(90));
        _queue.Complete();
        Assert.Equal(["VH@0", "AH@0", "K@0", "F@40"], await Copy());
        Assert.False(_source.IsAtEnd);
        Assert.Equal(["VH@0", "AH@0", "K@0", "A@10"], await Copy());
        Assert.True(_source.IsAtEnd);
    }

    [Fact]
    public async Task CopyToAsync_AudioALittleOlderThanTheFirstKeyframe_DoesNotJump()
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(1_000), Audio(990), Audio(1_010));
        _queue.Complete();
        Assert.Equal(["VH@0", "AH@0", "K@0", "A@0", "A@10"], await Copy());
    }

    [Fact]
    public async Task CopyToAsync_ClockWraps_GoesOn()
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(uint.MaxValue - 9), Audio(30));
        _queue.Complete();
        Assert.Equal(["VH@0", "AH@0", "K@0", "A@40"], await Copy());
    }

    [Fact]
    public async Task CopyToAsync_ClockWrapsAmidTheStream_IsNoJump()
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(uint.MaxValue - 59), Audio(uint.MaxValue - 49), Frame(uint.MaxValue - 19), Audio(5), Frame(20), Audio(uint.MaxValue - 3), Frame(60));
        _queue.Complete();
        Assert.Equal(["VH@0", "AH@0", "K@0", "A@10", "F@40", "A@65", "F@80", "A@56", "F@120"], await Copy());
    }

    [Fact]
    public async Task CopyToAsync_ClockJumpsForward_GoesOnWhereItWas()
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(5_000), Audio(5_010), Frame(5_040), Frame(605_080), Audio(605_090), Frame(605_120), Audio(605_110));
        _queue.Complete();
        Assert.Equal(["VH@0", "AH@0", "K@0", "A@10", "F@40", "F@80", "A@90", "F@120", "A@110"], await Copy());
    }

    [Fact]
    public async Task CopyToAsync_ClockBeginsAnew_GoesOnWhereItWas()
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(600_000), Audio(600_010), Frame(600_040), Keyframe(0), Audio(10), Frame(40), Audio(33));
        _queue.Complete();
        Assert.Equal(["VH@0", "AH@0", "K@0", "A@10", "F@40", "K@80", "A@90", "F@120", "A@113"], await Copy());
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue - 30)]
    [InlineData(2_000_000_000u)]
    [InlineData(3_000_000_000u)]
    public async Task CopyToAsync_ClockJumpsAnywhere_GoesOnWhereItWas(uint to)
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(600_000), Frame(600_040), Keyframe(to), Frame(unchecked(to + 40)), Audio(unchecked(to + 50)));
        _queue.Complete();
        Assert.Equal(["VH@0", "AH@0", "K@0", "F@40", "K@80", "F@120", "A@130"], await Copy());
    }

    [Fact]
    public async Task CopyToAsync_OneMediumJumpsLater_BothKeepTheirDistance()
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(5_000), Audio(5_010), Frame(605_040), Audio(5_033), Frame(605_080), Audio(5_056), Audio(605_079), Frame(605_120));
        _queue.Complete();
        Assert.Equal(["VH@0", "AH@0", "K@0", "A@10", "F@50", "A@33", "F@90", "A@56", "A@89", "F@130"], await Copy());
    }

    [Fact]
    public async Task CopyToAsync_SoundDeliveredSecondsLate_IsNoJump()
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(10_000), Audio(6_000), Frame(10_040), Audio(10_000), Frame(18_040), Audio(10_023), Frame(18_080), Audio(10_046));
        _queue.Complete();
        Assert.Equal(["VH@0", "AH@0", "K@0", "A@0", "F@40", "A@0", "F@8040", "A@23", "F@8080", "A@46"], await Copy());
    }

    [Fact]
    public async Task CopyToAsync_PictureRestsWhileSoundGoesOn_IsNoJump()
    {
        await Write(VideoHeader(1), AudioHeader(), Keyframe(0), Audio(0), Audio(7_000), Audio(14_000), Frame(14_040), Audio(14_050));
        _queue.Complete();
        Assert.Equal(["VH@0", "AH@0", "K@0", "A@0", "A@7000", "A@14000", "F@14040", "A@14050"], await Copy());
    }

    [Fact]
    public async Task TagQueue_Full_WaitsForTheReader()
    {
        using var queue = new TagQueue(1_000);
        await queue.WriteAsync(new FlvTag(RtmpMessageType.Video, 0, new byte[500]), default);
        ValueTask waiting = queue.WriteAsync(new FlvTag(RtmpMessageType.Video, 1, new byte[500]), default);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(0u, (await queue.ReadAsync(default))!.Value.Timestamp);
        await waiting;
        Assert.Equal(1u, (await queue.ReadAsync(default))!.Value.Timestamp);
        queue.Complete();
        Assert.Null(await queue.ReadAsync(default));
    }

    private static FlvTag VideoHeader(byte variant) => new(RtmpMessageType.Video, 0, new byte[] { 0x17, 0, 0, 0, 0, 1, 100, 0, 31, variant });

    private static FlvTag AudioHeader() => new(RtmpMessageType.Audio, 0, new byte[] { 0xAF, 0, 0x12, 0x10 });

    private static FlvTag Keyframe(uint time) => new(RtmpMessageType.Video, time, new byte[] { 0x17, 1, 0, 0, 0, 1 });

    private static FlvTag Frame(uint time) => new(RtmpMessageType.Video, time, new byte[] { 0x27, 1, 0, 0, 0, 1 });

    private static FlvTag Audio(uint time) => new(RtmpMessageType.Audio, time, new byte[] { 0xAF, 1, 9 });

    private async Task Write(params FlvTag[] tags)
    {
        foreach (var tag in tags)
        {
            await _queue.WriteAsync(tag, default);
        }
    }

    // Describes and copies, and reads the file back.
    private async Task<List<string>> Copy()
    {
        await _source.DescribeAsync(default);
        using var stream = new MemoryStream();
        await _source.CopyToAsync(stream, default);
        byte[] file = stream.ToArray();
        Assert.Equal("FLV\u0001"u8.ToArray(), file[..4]);
        var tags = new List<FlvTag>();
        for (int at = 13; at < file.Length;)
        {
            int length = (file[at + 1] << 16) | (file[at + 2] << 8) | file[at + 3];
            uint time = (uint)((file[at + 7] << 24) | (file[at + 4] << 16) | (file[at + 5] << 8) | file[at + 6]);
            tags.Add(new FlvTag((RtmpMessageType)file[at], time, file.AsMemory(at + 11, length)));
            at += 11 + length;
            Assert.Equal(11 + length, (file[at + 1] << 16) | (file[at + 2] << 8) | file[at + 3]);
            at += 4;
        }

        return [.. tags.Select(t => $"{(t.Type == RtmpMessageType.Audio ? "A" : t.IsSequenceHeader ? "V" : t.IsKeyframe ? "K" : "F")}{(t.IsSequenceHeader ? "H" : "")}@{t.Timestamp}")];
    }

    /// <summary>An ffmpeg that dies after some tags.</summary>
    private sealed class BreakingStream(int tags) : MemoryStream
    {
        private int _writes;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ++_writes > 1 + (3 * tags) ? throw new IOException("gone") : base.WriteAsync(buffer, cancellationToken);
    }
}

using Peercast.Player.Playback;

namespace Peercast.Player.Tests.Playback;

public sealed class MediaPipeTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void Read_AcrossEntries_GivesTheBytesInOrder()
    {
        var pipe = new MediaPipe();
        pipe.WriteInit(new byte[] { 1, 2, 3 });
        pipe.WritePart(new byte[] { 4, 5 }, startsSegment: true);
        pipe.Complete();

        Assert.Equal([1, 2, 3, 4, 5], ReadAll(pipe, bufferSize: 2));
        Assert.Equal(0, pipe.BufferedBytes);
    }

    [Fact]
    public async Task Read_EmptyPipe_WaitsForTheWriter()
    {
        var pipe = new MediaPipe();
        var buffer = new byte[4];
        var read = Task.Run(() => pipe.Read(buffer));
        pipe.WritePart(new byte[] { 9 }, startsSegment: true);

        Assert.Equal(1, await read.WaitAsync(_limit));
        Assert.Equal(9, buffer[0]);
    }

    [Fact]
    public async Task Abort_WhileReading_EndsTheReader()
    {
        var pipe = new MediaPipe();
        var read = Task.Run(() => pipe.Read(new byte[4]));
        pipe.Abort();

        Assert.Equal(0, await read.WaitAsync(_limit));
        Assert.True(pipe.IsAborted);
    }

    [Fact]
    public void Abort_WithBytesLeft_ForgetsThem()
    {
        var pipe = new MediaPipe();
        pipe.WritePart(new byte[] { 1 }, startsSegment: true);
        pipe.Abort();
        pipe.WritePart(new byte[] { 2 }, startsSegment: true);

        Assert.Equal(0, pipe.Read(new byte[4]));
    }

    [Fact]
    public void Write_PastTheBound_DropsWholeSegmentsFromTheFront()
    {
        var pipe = new MediaPipe(capacity: 5);
        pipe.WriteInit(new byte[] { 0 });
        pipe.WritePart(new byte[] { 1, 1 }, startsSegment: true);
        pipe.WritePart(new byte[] { 2, 2 }, startsSegment: false);
        pipe.WritePart(new byte[] { 3, 3 }, startsSegment: true);
        pipe.WritePart(new byte[] { 4, 4 }, startsSegment: false);
        pipe.Complete();

        Assert.Equal(4, pipe.DroppedBytes);
        Assert.Equal([0, 3, 3, 4, 4], ReadAll(pipe, bufferSize: 16));
    }

    [Fact]
    public void Write_PastTheBoundWithoutASegmentStart_KeepsWhatCannotBeCut()
    {
        var pipe = new MediaPipe(capacity: 3);
        pipe.WritePart(new byte[] { 1, 1 }, startsSegment: true);
        pipe.WritePart(new byte[] { 2, 2 }, startsSegment: false);
        pipe.Complete();

        Assert.Equal(0, pipe.DroppedBytes);
        Assert.Equal([1, 1, 2, 2], ReadAll(pipe, bufferSize: 16));
    }

    [Fact]
    public void Write_WhileAnEntryIsHalfRead_FinishesThatEntry()
    {
        var pipe = new MediaPipe(capacity: 4);
        pipe.WritePart(new byte[] { 1, 1, 1 }, startsSegment: true);
        Assert.Equal(1, pipe.Read(new byte[1]));
        pipe.WritePart(new byte[] { 2, 2, 2 }, startsSegment: false);
        pipe.WritePart(new byte[] { 3, 3, 3 }, startsSegment: true);
        pipe.Complete();

        Assert.Equal([1, 1, 3, 3, 3], ReadAll(pipe, bufferSize: 16));
    }

    private static byte[] ReadAll(MediaPipe pipe, int bufferSize)
    {
        List<byte> all = [];
        var buffer = new byte[bufferSize];
        while (pipe.Read(buffer) is > 0 and var count)
            all.AddRange(buffer.AsSpan(0, count));
        return [.. all];
    }
}

using System.Buffers;
using Peercast.Origin.Rtmp;

namespace Peercast.Origin.Tests.Rtmp;

public sealed class RtmpChunkReaderTests
{
    private readonly RtmpChunkReader _reader = new();

    [Fact]
    public void TryRead_MessageInOneChunk_IsRead()
    {
        var message = Assert.Single(Read(ChunkBytes.Type0(4, 1000, RtmpMessageType.Audio, 3, 7, 1, 2, 3)));
        Assert.Equal((RtmpMessageType.Audio, 1000u, 7u), (message.Type, message.Timestamp, message.StreamId));
        Assert.Equal([1, 2, 3], message.Body.ToArray());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(319)]
    [InlineData(320)]
    [InlineData(65_599)]
    public void TryRead_EveryLengthOfBasicHeader_IsRead(int stream)
    {
        var messages = Read([.. ChunkBytes.Type0(stream, 5, RtmpMessageType.Video, 1, 1, 9), .. ChunkBytes.Type2(stream, 5, 8)]);
        Assert.Equal([5u, 10u], messages.Select(m => m.Timestamp));
    }

    [Fact]
    public void TryRead_OneByteAtATime_IsTheSame()
    {
        byte[] body = [.. Enumerable.Range(0, 1_000).Select(i => (byte)i)];
        byte[] bytes = [.. ChunkBytes.Message(RtmpMessageType.Video, body, 0x1000000), .. ChunkBytes.Message(RtmpMessageType.Audio, body, 3, stream: 6)];
        var messages = new List<RtmpMessage>();
        var pending = new List<byte>();
        foreach (byte b in bytes)
        {
            pending.Add(b);
            var buffer = new ReadOnlySequence<byte>(pending.ToArray());
            while (_reader.TryRead(ref buffer, out var message) == RtmpRead.Message)
            {
                messages.Add(message);
            }

            pending = [.. buffer.ToArray()];
        }

        Assert.Equal([0x1000000u, 3u], messages.Select(m => m.Timestamp));
        Assert.All(messages, m => Assert.Equal(body, m.Body.ToArray()));
    }

    [Fact]
    public void TryRead_InterleavedChunkStreams_ArePutTogetherApart()
    {
        byte[] first = [.. Enumerable.Repeat((byte)1, 200)];
        byte[] second = [.. Enumerable.Repeat((byte)2, 200)];
        var messages = Read(
        [
            .. ChunkBytes.Type0(4, 0, RtmpMessageType.Audio, 200, 1, first[..128]),
            .. ChunkBytes.Type0(5, 0, RtmpMessageType.Video, 200, 1, second[..128]),
            .. ChunkBytes.Type3(4, null, first[128..]),
            .. ChunkBytes.Type3(5, null, second[128..]),
        ]);
        Assert.Equal(first, messages[0].Body.ToArray());
        Assert.Equal(second, messages[1].Body.ToArray());
    }

    [Fact]
    public void TryRead_Differences_AddUp()
    {
        var messages = Read(
        [
            .. ChunkBytes.Type0(4, 100, RtmpMessageType.Audio, 1, 1, 0),
            .. ChunkBytes.Type1(4, 20, RtmpMessageType.Audio, 2, 0, 0),
            .. ChunkBytes.Type2(4, 30, 0, 0),
            .. ChunkBytes.Type3(4, null, 0, 0),
        ]);
        Assert.Equal([100u, 120u, 150u, 180u], messages.Select(m => m.Timestamp));
        Assert.Equal([1, 2, 2, 2], messages.Select(m => m.Body.Length));
    }

    [Fact]
    public void TryRead_Type3AfterType0_AddsItsTime() =>
        Assert.Equal([40u, 80u], Read([.. ChunkBytes.Type0(4, 40, RtmpMessageType.Audio, 1, 1, 0), .. ChunkBytes.Type3(4, null, 0)]).Select(m => m.Timestamp));

    [Fact]
    public void TryRead_TimestampWraps_GoesOn() =>
        Assert.Equal([uint.MaxValue, 9u], Read([.. ChunkBytes.Type0(4, uint.MaxValue, RtmpMessageType.Audio, 1, 1, 0), .. ChunkBytes.Type2(4, 10, 0)]).Select(m => m.Timestamp));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TryRead_ExtendedTimestampOverSeveralChunks_RepeatedOrLeftOut(bool repeated)
    {
        byte[] body = [.. Enumerable.Range(0, 300).Select(i => (byte)(200 + (i % 50)))];
        uint? extended = repeated ? 0x01020304u : null;
        var message = Assert.Single(Read(
        [
            .. ChunkBytes.Type0(4, 0x01020304, RtmpMessageType.Video, 300, 1, body[..128]),
            .. ChunkBytes.Type3(4, extended, body[128..256]),
            .. ChunkBytes.Type3(4, extended, body[256..]),
        ]));
        Assert.Equal(0x01020304u, message.Timestamp);
        Assert.Equal(body, message.Body.ToArray());
    }

    [Fact]
    public void TryRead_ExactlyTheMarker_IsExtended() =>
        Assert.Equal(0xFFFFFFu, Assert.Single(Read(ChunkBytes.Type0(4, 0xFFFFFF, RtmpMessageType.Audio, 1, 1, 0))).Timestamp);

    [Fact]
    public void TryRead_ChunkSizeLargerThanMessage_IsRead()
    {
        _reader.ChunkSize = int.MaxValue;
        byte[] body = new byte[5_000];
        Assert.Equal(5_000, Assert.Single(Read(ChunkBytes.Message(RtmpMessageType.Video, body, chunkSize: 10_000))).Body.Length);
    }

    [Fact]
    public void TryRead_EmptyMessage_IsAMessage() =>
        Assert.True(Assert.Single(Read(ChunkBytes.Type0(4, 0, RtmpMessageType.Audio, 0, 1))).Body.IsEmpty);

    [Fact]
    public void TryRead_FirstHeaderIsType1_IsTolerated() =>
        Assert.Equal(7u, Assert.Single(Read(ChunkBytes.Type1(2, 7, RtmpMessageType.UserControl, 1, 0))).Timestamp);

    [Fact]
    public void TryRead_HeaderWithoutPredecessor_Fails() => Fails(RtmpError.HeaderMissing, ChunkBytes.Type3(4, null, 1));

    [Fact]
    public void TryRead_NewHeaderInsideMessage_Fails() => Fails(
        RtmpError.HeaderInsideMessage,
        [.. ChunkBytes.Type0(4, 0, RtmpMessageType.Video, 200, 1, new byte[128]), .. ChunkBytes.Type0(4, 0, RtmpMessageType.Video, 1, 1, 0)]);

    [Fact]
    public void TryRead_MessageTooLong_Fails() =>
        Fails(RtmpError.MessageTooLarge, ChunkBytes.Type0(4, 0, RtmpMessageType.Video, RtmpLimits.CommandLength + 1, 1));

    [Fact]
    public void TryRead_TooManyChunkStreams_Fails() => Fails(
        RtmpError.TooManyChunkStreams,
        [.. Enumerable.Range(2, RtmpLimits.ChunkStreams + 1).SelectMany(s => ChunkBytes.Type0(s, 0, RtmpMessageType.Audio, 1, 1, 0))]);

    [Fact]
    public void TryRead_ManyIncompleteMessages_FailBeforeTheyFillMemory()
    {
        _reader.MaxMessageLength = RtmpLimits.MessageLength;
        _reader.ChunkSize = 1024 * 1024;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int stream = 2; stream < 60; stream++)
        {
            var buffer = new ReadOnlySequence<byte>(ChunkBytes.Type0(stream, 0, RtmpMessageType.Video, RtmpLimits.MessageLength, 1, new byte[1024 * 1024]));
            if (_reader.TryRead(ref buffer, out _) == RtmpRead.Failed)
            {
                Assert.Equal(RtmpError.MessageTooLarge, _reader.Error);
                Assert.InRange(stream, 10, 15);
                return;
            }
        }

        Assert.Fail($"{GC.GetAllocatedBytesForCurrentThread() - before} bytes were taken.");
    }

    [Fact]
    public void Abort_IncompleteMessage_AnotherCanBegin()
    {
        Assert.Empty(Read(ChunkBytes.Type0(4, 0, RtmpMessageType.Video, 200, 1, new byte[128])));
        _reader.Abort(4);
        _reader.Abort(99);
        _reader.Abort(uint.MaxValue);
        Assert.Equal(1, Assert.Single(Read(ChunkBytes.Type0(4, 0, RtmpMessageType.Video, 1, 1, 0))).Body.Length);
    }

    [Fact]
    public void TryRead_RandomAndMutatedBytes_NeverThrowsAndStaysBounded()
    {
        var random = new Random(3);
        byte[] body = new byte[700];
        random.NextBytes(body);
        byte[] good = [.. ChunkBytes.Message(RtmpMessageType.Video, body), .. ChunkBytes.Type1(5, 20, RtmpMessageType.Audio, 3, 1, 2, 3), .. ChunkBytes.Type2(5, 9, 1, 2, 3), .. ChunkBytes.Message(RtmpMessageType.Command, body[..300], 0xFFFFFFFF, 400)];
        int messages = 0;
        int failures = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes;
            if (i % 2 == 0)
            {
                bytes = new byte[random.Next(200)];
                random.NextBytes(bytes);
            }
            else
            {
                bytes = [.. good];
                for (int flips = random.Next(1, 5); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }
            }

            var reader = new RtmpChunkReader { ChunkSize = (uint)random.Next(1, 300) };
            if (i % 2 == 1)
            {
                reader.ChunkSize = 128;
            }

            var buffer = new ReadOnlySequence<byte>(bytes);
            RtmpRead read;
            while ((read = reader.TryRead(ref buffer, out var message)) == RtmpRead.Message)
            {
                Assert.InRange(message.Body.Length, 0, RtmpLimits.CommandLength);
                messages++;
            }

            failures += read == RtmpRead.Failed ? 1 : 0;
        }

        Assert.InRange(messages, 50_000, int.MaxValue);
        Assert.InRange(failures, 10_000, 99_999);
    }

    private void Fails(RtmpError error, byte[] bytes)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        RtmpRead read;
        do
        {
            read = _reader.TryRead(ref buffer, out _);
        }
        while (read == RtmpRead.Message);
        Assert.Equal((RtmpRead.Failed, error), (read, _reader.Error));
        Assert.Equal(RtmpRead.Failed, _reader.TryRead(ref buffer, out _));
    }

    private List<RtmpMessage> Read(byte[] bytes)
    {
        var messages = new List<RtmpMessage>();
        var buffer = new ReadOnlySequence<byte>(bytes);
        while (_reader.TryRead(ref buffer, out var message) == RtmpRead.Message)
        {
            messages.Add(message);
        }

        Assert.Equal(RtmpError.None, _reader.Error);
        Assert.True(buffer.IsEmpty);
        return messages;
    }
}

using System.Buffers;
using Peercast.Origin.Rtmp;

namespace Peercast.Origin.Tests.Rtmp;

public sealed class RtmpSessionTests
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly RtmpChunkReader _chunks = new();
    private readonly RtmpChunkReader _publisher = new();
    private readonly RtmpSession _session;

    public RtmpSessionTests() => _session = new RtmpSession(_output, _chunks);

    [Fact]
    public void Receive_WhatPublishersSend_LeadsToPublishing()
    {
        Assert.Equal(RtmpStep.Continue, Command("connect", 1.0, new Dictionary<string, object?> { ["app"] = "live" }));
        Assert.Equal(
            [RtmpMessageType.WindowAcknowledgementSize, RtmpMessageType.SetPeerBandwidth, RtmpMessageType.SetChunkSize, RtmpMessageType.Command],
            Answers(out var connected));
        Assert.Equal("_result", connected[0]);
        Assert.Equal(1.0, connected[1]);
        Assert.Equal("live", _session.App);

        Assert.Equal(RtmpStep.Continue, Command("releaseStream", 2.0, null, "key"));
        Assert.Equal(RtmpStep.Continue, Command("FCPublish", 3.0, null, "key"));
        Assert.Equal(RtmpStep.Continue, Command("createStream", 4.0, null));
        Assert.Equal(3, Answers(out var created).Count);
        Assert.Equal(["_result", 4.0, null, 1.0], created);

        Assert.Equal(RtmpStep.Publish, Command("publish", 5.0, null, "key", "live"));
        Assert.Equal("key", _session.Name);
        _session.Accept();
        Assert.Equal([RtmpMessageType.UserControl, RtmpMessageType.Command], Answers(out var status));
        Assert.Equal("onStatus", status[0]);
        Assert.Equal("NetStream.Publish.Start", Assert.IsType<Dictionary<string, object?>>(status[3])["code"]);

        Assert.Equal(RtmpStep.Media, Receive(RtmpMessageType.Video, [0x17, 1, 0, 0, 0, 1]));
        Assert.True(Assert.Single(_session.Tags).IsKeyframe);
        Assert.Equal(RtmpStep.Continue, Command("FCUnpublish", 6.0, null, "key"));
        Assert.Equal(RtmpStep.Close, Command("deleteStream", 7.0, null, 1.0));
    }

    [Fact]
    public void Refuse_BeforePublishing_SaysBadNameAndWhy()
    {
        Command("publish", 5.0, null, "wrong", "live");
        _session.Refuse("No such key.");
        Answers(out var status);
        var info = Assert.IsType<Dictionary<string, object?>>(status[3]);
        Assert.Equal(("error", "NetStream.Publish.BadName", "No such key."), (info["level"], info["code"], info["description"]));
    }

    [Fact]
    public void Receive_MediaBeforePublishing_IsIgnored()
    {
        Assert.Equal(RtmpStep.Continue, Receive(RtmpMessageType.Video, [0x17, 1]));
        Assert.Empty(_session.Tags);
    }

    [Fact]
    public void Receive_CommandInAmf3Envelope_IsRead()
    {
        var body = new ArrayBufferWriter<byte>();
        body.Write<byte>([0]);
        Amf0Writer.Write(body, "createStream");
        Amf0Writer.Write(body, 2.0);
        Assert.Equal(RtmpStep.Continue, Receive(RtmpMessageType.CommandAmf3, body.WrittenSpan.ToArray()));
        Answers(out var created);
        Assert.Equal("_result", created[0]);
    }

    [Fact]
    public void Receive_Metadata_LosesItsEnvelope()
    {
        Publish();
        var body = new ArrayBufferWriter<byte>();
        Amf0Writer.Write(body, "@setDataFrame");
        Amf0Writer.Write(body, "onMetaData");
        Amf0Writer.Write(body, new Dictionary<string, object?> { ["audiocodecid"] = 10.0 });
        Assert.Equal(RtmpStep.Media, Receive(RtmpMessageType.Data, body.WrittenSpan.ToArray()));
        Assert.True(FlvMetadata.TryRead(Assert.Single(_session.Tags).Body.Span, out bool hasAudio));
        Assert.True(hasAudio);
    }

    [Fact]
    public void Receive_Aggregate_IsSplitWithTimesFromTheMessage()
    {
        Publish();
        byte[] body =
        [
            9, 0, 0, 2, 0, 0, 100, 0, 0, 0, 0, 0x17, 1, 0, 0, 0, 13,
            8, 0, 0, 1, 0, 0, 120, 0, 0, 0, 0, 0xAF, 0, 0, 0, 12,
        ];
        Assert.Equal(RtmpStep.Media, Receive(RtmpMessageType.Aggregate, body, 5_000));
        Assert.Equal([(RtmpMessageType.Video, 5_000u, 2), (RtmpMessageType.Audio, 5_020u, 1)], _session.Tags.Select(t => (t.Type, t.Timestamp, t.Body.Length)));
        Assert.Equal(RtmpStep.Failed, Receive(RtmpMessageType.Aggregate, body[..12]));
        Assert.Equal(RtmpError.Aggregate, _session.Error);
    }

    [Theory]
    [InlineData("9068766331", "hvc1")]
    [InlineData("9161763031", "av01")]
    [InlineData("1C00000000", "HEVC")]
    [InlineData("14", "VP6")]
    public void Receive_UnsupportedVideo_IsRefusedByName(string hex, string name)
    {
        Publish();
        Assert.Equal(RtmpStep.Close, Receive(RtmpMessageType.Video, Convert.FromHexString(hex)));
        Answers(out var status);
        string text = Assert.IsType<string>(Assert.IsType<Dictionary<string, object?>>(status[3])["description"]);
        Assert.StartsWith($"Unsupported video codec {name}", text);
    }

    [Fact]
    public void Receive_UnsupportedAudio_IsRefused()
    {
        Publish();
        Assert.Equal(RtmpStep.Close, Receive(RtmpMessageType.Audio, [0x90, .. "Opus"u8]));
        Answers(out var status);
        Assert.Contains("Opus", (string)Assert.IsType<Dictionary<string, object?>>(status[3])["description"]!);
    }

    [Fact]
    public void Receive_PlayOrSecondPublish_IsRefused()
    {
        Assert.Equal(RtmpStep.Close, Command("play", 1.0, null, "key"));
        Publish();
        Assert.Equal(RtmpStep.Close, Command("publish", 5.0, null, "other", "live"));
    }

    [Fact]
    public void Receive_Ping_IsAnswered()
    {
        Receive(RtmpMessageType.UserControl, [0, 6, 1, 2, 3, 4]);
        var buffer = new ReadOnlySequence<byte>(_output.WrittenMemory);
        Assert.Equal(RtmpRead.Message, _publisher.TryRead(ref buffer, out var pong));
        Assert.Equal([0, 7, 1, 2, 3, 4], pong.Body.ToArray());
    }

    [Fact]
    public void Received_HalfTheWindow_IsAcknowledged()
    {
        _session.Received(1_249_999);
        Assert.Equal(0, _output.WrittenCount);
        _session.Received(1);
        var buffer = new ReadOnlySequence<byte>(_output.WrittenMemory);
        Assert.Equal(RtmpRead.Message, _publisher.TryRead(ref buffer, out var message));
        Assert.Equal(RtmpMessageType.Acknowledgement, message.Type);
        Assert.Equal(ChunkBytes.Big(1_250_000), message.Body.ToArray());
    }

    [Fact]
    public void Receive_ChunkSize_IsTheReadersFromThenOn()
    {
        Assert.Equal(RtmpStep.Continue, Receive(RtmpMessageType.SetChunkSize, ChunkBytes.Big(60_000)));
        Assert.Equal(60_000u, _chunks.ChunkSize);
        Assert.Equal(RtmpStep.Failed, Receive(RtmpMessageType.SetChunkSize, ChunkBytes.Big(0)));
        Assert.Equal(RtmpStep.Failed, Receive(RtmpMessageType.SetChunkSize, [1]));
    }

    [Fact]
    public void Receive_RandomMessages_NeverThrows()
    {
        Publish();
        var random = new Random(21);
        var body = new ArrayBufferWriter<byte>();
        Amf0Writer.Write(body, "publish");
        Amf0Writer.Write(body, 1.0);
        Amf0Writer.Write(body, null);
        Amf0Writer.Write(body, "key");
        byte[] command = body.WrittenSpan.ToArray();
        byte[] aggregate = [9, 0, 0, 2, 0, 0, 100, 0, 0, 0, 0, 0x17, 1, 0, 0, 0, 13];
        RtmpMessageType[] types = Enum.GetValues<RtmpMessageType>();
        for (int i = 0; i < 150_000; i++)
        {
            byte[] bytes = (i % 3) switch { 0 => [.. command], 1 => [.. aggregate], _ => new byte[random.Next(40)] };
            if (i % 3 == 2)
            {
                random.NextBytes(bytes);
            }
            else
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Receive(types[random.Next(types.Length)], bytes, (uint)random.Next());
            _output.ResetWrittenCount();
        }
    }

    [Theory]
    [InlineData("live", "KEY", "KEY")]
    [InlineData("live/", "KEY", "KEY")]
    [InlineData("live", "KEY?token=1", "KEY?token=1,KEY")]
    [InlineData("live/KEY", "", "KEY")]
    [InlineData("live/extra", "KEY", "KEY")]
    [InlineData("live", "extra/KEY", "extra/KEY,KEY")]
    [InlineData("live", "", "")]
    [InlineData("", "", "")]
    public void Keys_OfEveryForm_AreFound(string app, string name, string keys) =>
        Assert.Equal(keys, string.Join(',', PublishPath.Keys(app, name)));

    private void Publish()
    {
        Command("publish", 5.0, null, "key", "live");
        _session.Accept();
        _output.ResetWrittenCount();
    }

    private RtmpStep Command(params object?[] values)
    {
        var body = new ArrayBufferWriter<byte>();
        foreach (object? value in values)
        {
            Amf0Writer.Write(body, value);
        }

        return Receive(RtmpMessageType.Command, body.WrittenSpan.ToArray());
    }

    private RtmpStep Receive(RtmpMessageType type, byte[] body, uint time = 0) => _session.Receive(new RtmpMessage(type, time, 1, body));

    // Reads what was answered as a publisher would; the values are those of the last command.
    private List<RtmpMessageType> Answers(out List<object?> last)
    {
        var types = new List<RtmpMessageType>();
        last = [];
        var buffer = new ReadOnlySequence<byte>(_output.WrittenMemory.ToArray());
        _output.ResetWrittenCount();
        while (_publisher.TryRead(ref buffer, out var message) == RtmpRead.Message)
        {
            types.Add(message.Type);
            if (message.Type == RtmpMessageType.SetChunkSize)
            {
                _publisher.ChunkSize = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(message.Body.Span);
            }

            if (message.Type == RtmpMessageType.Command)
            {
                last = [];
                var reader = new Amf0Reader(message.Body.Span);
                while (!reader.IsAtEnd)
                {
                    Assert.True(reader.TryRead(out object? value));
                    last.Add(value);
                }
            }
        }

        Assert.True(buffer.IsEmpty);
        return types;
    }
}

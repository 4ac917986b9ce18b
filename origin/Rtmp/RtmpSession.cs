using System.Buffers;
using System.Buffers.Binary;

namespace Peercast.Origin.Rtmp;

/// <summary>What follows from a message.</summary>
internal enum RtmpStep
{
    /// <summary>Go on reading.</summary>
    Continue,

    /// <summary>The publisher asks to publish: answer with <see cref="RtmpSession.Accept"/> or <see cref="RtmpSession.Refuse"/>.</summary>
    Publish,

    /// <summary><see cref="RtmpSession.Tags"/> hold media.</summary>
    Media,

    /// <summary>The publisher is done, or was told why it cannot go on: send what is to be sent, then close.</summary>
    Close,

    /// <summary>The message makes no sense, see <see cref="RtmpSession.Error"/>: close.</summary>
    Failed,
}

/// <summary>
/// One publisher's RTMP connection after the handshake: control messages, commands, media. Without I/O: answers are
/// written to a buffer.
/// </summary>
/// <param name="output">Where answers go.</param>
/// <param name="chunks">The reader, to be told of chunk sizes and limits.</param>
internal sealed class RtmpSession(IBufferWriter<byte> output, RtmpChunkReader chunks)
{
    private const uint AckWindow = 2_500_000;
    private const uint OutChunkSize = 4096;
    private const uint MediaStream = 1;
    private const ushort StreamBegin = 0;
    private const ushort PingRequest = 6;
    private const ushort PingResponse = 7;
    private static ReadOnlySpan<byte> SetDataFrame => "\u0002\0\r@setDataFrame"u8;

    private readonly RtmpWriter _writer = new(output);
    private uint _window = AckWindow;
    private long _received;
    private long _acknowledged;

    /// <summary>Media of the last message.</summary>
    public List<FlvTag> Tags { get; } = [];

    /// <summary>Why the last message failed.</summary>
    public RtmpError Error { get; private set; }

    /// <summary>The application of <c>connect</c>.</summary>
    public string App { get; private set; } = "";

    /// <summary>The name of <c>publish</c>: a secret, not for logs.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The publisher was let in.</summary>
    public bool IsPublishing { get; private set; }

    /// <summary>Counts bytes read, and acknowledges them in time: publishers stop when that fails to come.</summary>
    public void Received(long bytes)
    {
        _received += bytes;
        if (_received - _acknowledged >= _window / 2)
        {
            _acknowledged = _received;
            _writer.Control(RtmpMessageType.Acknowledgement, (uint)_received);
        }
    }

    /// <summary>Takes a message.</summary>
    public RtmpStep Receive(in RtmpMessage message)
    {
        Tags.Clear();
        ReadOnlySpan<byte> body = message.Body.Span;
        switch (message.Type)
        {
            case RtmpMessageType.SetChunkSize:
                return SetChunkSize(body);
            case RtmpMessageType.Abort:
                if (body.Length < 4)
                {
                    return Fail(RtmpError.Truncated);
                }

                chunks.Abort(BinaryPrimitives.ReadUInt32BigEndian(body));
                return RtmpStep.Continue;
            case RtmpMessageType.WindowAcknowledgementSize:
                if (body.Length < 4)
                {
                    return Fail(RtmpError.Truncated);
                }

                // A window of a few bytes would make us answer every one of them.
                _window = Math.Max(64 * 1024, BinaryPrimitives.ReadUInt32BigEndian(body));
                return RtmpStep.Continue;
            case RtmpMessageType.UserControl:
                if (body.Length >= 6 && BinaryPrimitives.ReadUInt16BigEndian(body) == PingRequest)
                {
                    _writer.UserControl(PingResponse, BinaryPrimitives.ReadUInt32BigEndian(body[2..]));
                }

                return RtmpStep.Continue;
            case RtmpMessageType.Command:
                return OnCommand(body);
            case RtmpMessageType.CommandAmf3:
                return body.IsEmpty ? Fail(RtmpError.Amf) : OnCommand(body[1..]);
            case RtmpMessageType.Audio or RtmpMessageType.Video or RtmpMessageType.Data or RtmpMessageType.DataAmf3 or RtmpMessageType.Aggregate:
                return IsPublishing ? OnMedia(message) : RtmpStep.Continue;
            default:
                return RtmpStep.Continue;
        }
    }

    /// <summary>Lets the publisher in.</summary>
    public void Accept()
    {
        IsPublishing = true;
        chunks.MaxMessageLength = RtmpLimits.MessageLength;
        _writer.UserControl(StreamBegin, MediaStream);
        _writer.Command(MediaStream, "onStatus", 0.0, null, Status("status", "NetStream.Publish.Start", "Publishing."));
    }

    /// <summary>Tells the publisher why it cannot publish, or no longer.</summary>
    public void Refuse(string text)
    {
        string code = IsPublishing ? "NetStream.Publish.Rejected" : "NetStream.Publish.BadName";
        _writer.Command(MediaStream, "onStatus", 0.0, null, Status("error", code, text));
    }

    private static Dictionary<string, object?> Status(string level, string code, string text) =>
        new(StringComparer.Ordinal) { ["level"] = level, ["code"] = code, ["description"] = text };

    private RtmpStep SetChunkSize(ReadOnlySpan<byte> body)
    {
        if (body.Length < 4)
        {
            return Fail(RtmpError.Truncated);
        }

        uint size = BinaryPrimitives.ReadUInt32BigEndian(body);
        if (size is 0 or > int.MaxValue)
        {
            return Fail(RtmpError.ChunkSize);
        }

        chunks.ChunkSize = size;
        return RtmpStep.Continue;
    }

    private RtmpStep OnMedia(in RtmpMessage message)
    {
        if (message.Type == RtmpMessageType.Aggregate)
        {
            if (!FlvTag.TrySplit(message, Tags))
            {
                return Fail(RtmpError.Aggregate);
            }

            Tags.RemoveAll(t => t.Type is not (RtmpMessageType.Audio or RtmpMessageType.Video or RtmpMessageType.Data));
        }
        else if (message.Type is RtmpMessageType.Data or RtmpMessageType.DataAmf3)
        {
            ReadOnlyMemory<byte> body = message.Type == RtmpMessageType.DataAmf3 && !message.Body.IsEmpty ? message.Body[1..] : message.Body;
            if (body.Span.StartsWith(SetDataFrame))
            {
                body = body[SetDataFrame.Length..];
            }

            Tags.Add(new FlvTag(RtmpMessageType.Data, message.Timestamp, body));
        }
        else
        {
            Tags.Add(new FlvTag(message.Type, message.Timestamp, message.Body));
        }

        foreach (FlvTag tag in Tags)
        {
            if (FlvCodecs.Refusal(tag) is { } text)
            {
                Tags.Clear();
                Refuse(text);
                return RtmpStep.Close;
            }
        }

        return RtmpStep.Media;
    }

    private RtmpStep OnCommand(ReadOnlySpan<byte> body)
    {
        var reader = new Amf0Reader(body);
        if (!reader.TryRead(out object? name) || name is not string command)
        {
            return Fail(RtmpError.Amf);
        }

        double transaction = 0;
        object? argument = null;
        if (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out object? number) || (!reader.IsAtEnd && !reader.TryRead(out argument)))
            {
                return Fail(RtmpError.Amf);
            }

            transaction = number as double? ?? 0;
        }

        switch (command)
        {
            case "connect":
                App = (argument as Dictionary<string, object?>)?.GetValueOrDefault("app") as string ?? "";
                AnswerConnect(transaction);
                return RtmpStep.Continue;
            case "releaseStream" or "FCPublish" or "FCUnpublish":
                _writer.Command(0, "_result", transaction, null, null);
                return RtmpStep.Continue;
            case "createStream":
                _writer.Command(0, "_result", transaction, null, (double)MediaStream);
                return RtmpStep.Continue;
            case "publish":
                return OnPublish(ref reader);
            case "play" or "play2":
                _writer.Command(MediaStream, "onStatus", 0.0, null, Status("error", "NetStream.Play.Failed", "Channels are not played over RTMP; open the watch link."));
                return RtmpStep.Close;
            case "deleteStream" or "closeStream":
                return RtmpStep.Close;
            default:
                return RtmpStep.Continue;
        }
    }

    private RtmpStep OnPublish(ref Amf0Reader reader)
    {
        if (!reader.TryRead(out object? name) || name is not string text)
        {
            return Fail(RtmpError.Amf);
        }

        if (IsPublishing)
        {
            Refuse("This connection is publishing already.");
            return RtmpStep.Close;
        }

        Name = text;
        return RtmpStep.Publish;
    }

    private void AnswerConnect(double transaction)
    {
        _writer.Control(RtmpMessageType.WindowAcknowledgementSize, AckWindow);
        _writer.PeerBandwidth(AckWindow);
        _writer.Control(RtmpMessageType.SetChunkSize, OutChunkSize);
        var properties = new Dictionary<string, object?>(StringComparer.Ordinal) { ["fmsVer"] = "FMS/3,0,1,123", ["capabilities"] = 31.0 };
        Dictionary<string, object?> status = Status("status", "NetConnection.Connect.Success", "Connected.");
        status["objectEncoding"] = 0.0;
        _writer.Command(0, "_result", transaction, properties, status);
    }

    private RtmpStep Fail(RtmpError error)
    {
        Error = error;
        return RtmpStep.Failed;
    }
}

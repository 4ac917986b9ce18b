using System.Buffers;
using System.Buffers.Binary;

namespace Peercast.Origin.Rtmp;

/// <summary>What <see cref="RtmpChunkReader.TryRead"/> found.</summary>
internal enum RtmpRead
{
    /// <summary>Give it more bytes.</summary>
    NeedMore,

    /// <summary>A message is complete.</summary>
    Message,

    /// <summary>The bytes are no chunks; nothing after them can be read. See <see cref="RtmpChunkReader.Error"/>.</summary>
    Failed,
}

/// <summary>Puts messages together from chunks, RTMP specification 1.0 section 5.3.</summary>
internal sealed class RtmpChunkReader
{
    private const uint Extended = 0xFFFFFF;

    private readonly Dictionary<int, ChunkStream> _streams = [];
    private ChunkStream? _current;
    private int _currentLeft;
    private long _incomplete;

    /// <summary>The largest chunk that the publisher makes; 1 or more.</summary>
    public uint ChunkSize { get; set; } = 128;

    /// <summary>The longest message to accept.</summary>
    public int MaxMessageLength { get; set; } = RtmpLimits.CommandLength;

    /// <summary>Why reading failed.</summary>
    public RtmpError Error { get; private set; }

    /// <summary>Reads from the front of <paramref name="buffer"/> to the end of a message, or as far as the bytes go.</summary>
    public RtmpRead TryRead(ref ReadOnlySequence<byte> buffer, out RtmpMessage message)
    {
        message = default;
        while (Error == RtmpError.None)
        {
            if (_current is null)
            {
                if (!TryReadHeader(ref buffer))
                {
                    break;
                }
            }

            ChunkStream stream = _current!;
            int take = (int)Math.Min(_currentLeft, buffer.Length);
            stream.Append(buffer.Slice(0, take));
            buffer = buffer.Slice(take);
            _incomplete += take;
            _currentLeft -= take;
            if (_currentLeft > 0)
            {
                return RtmpRead.NeedMore;
            }

            _current = null;
            if (stream.Missing == 0)
            {
                _incomplete -= stream.Length;
                message = stream.Complete();
                return RtmpRead.Message;
            }
        }

        return Error == RtmpError.None ? RtmpRead.NeedMore : RtmpRead.Failed;
    }

    /// <summary>Forgets the incomplete message of a chunk stream (message type 2).</summary>
    public void Abort(uint chunkStream)
    {
        if (chunkStream <= int.MaxValue && _streams.TryGetValue((int)chunkStream, out ChunkStream? stream) && stream.InMessage && stream != _current)
        {
            _incomplete -= stream.Received;
            stream.Abort();
        }
    }

    // Reads one chunk header, all or nothing: false when bytes are missing or Error is set.
    private bool TryReadHeader(ref ReadOnlySequence<byte> buffer)
    {
        Span<byte> head = stackalloc byte[3 + 11 + 4];
        int available = (int)Math.Min(head.Length, buffer.Length);
        buffer.Slice(0, available).CopyTo(head);
        ReadOnlySpan<byte> bytes = head[..available];
        if (!TryReadBasicHeader(ref bytes, out int format, out int id))
        {
            return false;
        }

        int length = format switch { 0 => 11, 1 => 7, 2 => 3, _ => 0 };
        if (bytes.Length < length)
        {
            return false;
        }

        if (!_streams.TryGetValue(id, out ChunkStream? stream))
        {
            // Publishers exist that begin a chunk stream with type 1; its message stream is then 0.
            if (format > 1)
            {
                return Fail(RtmpError.HeaderMissing);
            }

            if (_streams.Count >= RtmpLimits.ChunkStreams)
            {
                return Fail(RtmpError.TooManyChunkStreams);
            }

            stream = new ChunkStream();
        }

        if (format < 3 && stream.InMessage)
        {
            return Fail(RtmpError.HeaderInsideMessage);
        }

        ReadOnlySpan<byte> fields = bytes[..length];
        bytes = bytes[length..];
        uint time = format < 3 ? ReadUInt24(fields) : stream.TimeField;
        bool extended = format < 3 ? time == Extended : stream.HasExtendedTime;
        if (extended)
        {
            if (bytes.Length < 4)
            {
                return false;
            }

            // Type 3 chunks repeat the extended timestamp, but some publishers leave it out: believe it only if it is the same.
            uint value = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            if (format < 3 || value == stream.TimeField)
            {
                time = value;
                bytes = bytes[4..];
            }
        }

        uint messageLength = format < 2 ? ReadUInt24(fields[3..]) : stream.Length;
        if (messageLength > MaxMessageLength || _incomplete + Math.Min(messageLength, ChunkSize) > RtmpLimits.IncompleteBytes)
        {
            return Fail(RtmpError.MessageTooLarge);
        }

        if (!stream.InMessage)
        {
            stream.Begin(format, time, extended, messageLength, fields);
        }

        _streams.TryAdd(id, stream);
        buffer = buffer.Slice(available - bytes.Length);
        _current = stream;
        _currentLeft = (int)Math.Min(ChunkSize, (uint)stream.Missing);
        return true;
    }

    private static bool TryReadBasicHeader(ref ReadOnlySpan<byte> bytes, out int format, out int id)
    {
        (format, id) = (0, 0);
        if (bytes.IsEmpty)
        {
            return false;
        }

        format = bytes[0] >> 6;
        id = bytes[0] & 0x3F;
        int length = id switch { 0 => 2, 1 => 3, _ => 1 };
        if (bytes.Length < length)
        {
            return false;
        }

        id = length switch { 2 => 64 + bytes[1], 3 => 64 + bytes[1] + (bytes[2] << 8), _ => id };
        bytes = bytes[length..];
        return true;
    }

    private bool Fail(RtmpError error)
    {
        Error = error;
        return false;
    }

    private static uint ReadUInt24(ReadOnlySpan<byte> bytes) => (uint)((bytes[0] << 16) | (bytes[1] << 8) | bytes[2]);

    private sealed class ChunkStream
    {
        private byte[] _body = [];
        private RtmpMessageType _type;
        private uint _timestamp;
        private uint _streamId;

        // What the last header with a time said: absolute after type 0, a difference after types 1 and 2.
        public uint TimeField { get; private set; }

        public bool HasExtendedTime { get; private set; }

        public uint Length { get; private set; }

        public int Received { get; private set; }

        public bool InMessage { get; private set; }

        public int Missing => (int)Length - Received;

        public void Begin(int format, uint time, bool extended, uint length, ReadOnlySpan<byte> fields)
        {
            // A type 3 chunk that begins a message adds the last time field, also when that was an absolute one
            // (section 5.3.1.2.4): ffmpeg sends it when the two are equal.
            _timestamp = format == 0 ? time : _timestamp + time;
            (TimeField, HasExtendedTime, Length) = (time, extended, length);
            if (format < 2)
            {
                _type = (RtmpMessageType)fields[6];
            }

            if (format == 0)
            {
                _streamId = BinaryPrimitives.ReadUInt32LittleEndian(fields[7..]);
            }

            InMessage = true;
            Received = 0;
        }

        // The buffer grows with what has come, not with what was announced.
        public void Append(ReadOnlySequence<byte> bytes)
        {
            int needed = Received + (int)bytes.Length;
            if (needed > _body.Length)
            {
                Array.Resize(ref _body, (int)Math.Min(Length, Math.Max(needed, Math.Max(1024, _body.Length * 2L))));
            }

            bytes.CopyTo(_body.AsSpan(Received));
            Received = needed;
        }

        public RtmpMessage Complete()
        {
            var message = new RtmpMessage(_type, _timestamp, _streamId, _body.AsMemory(0, Received));
            Abort();
            return message;
        }

        public void Abort()
        {
            _body = [];
            Received = 0;
            InMessage = false;
        }
    }
}

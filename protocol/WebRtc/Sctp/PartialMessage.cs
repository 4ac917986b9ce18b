using System.Buffers;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Sctp;

/// <summary>
/// A run of fragments of one message, without a hole. Fragments that arrive in order share one buffer; where a hole was
/// filled, buffers are chained, so that joining two runs copies nothing.
/// </summary>
internal sealed class PartialMessage
{
    /// <summary>What a run costs beside its bytes, in the account of buffered bytes.</summary>
    public const int Overhead = 160;
    private readonly int _maxSize;
    private Segment _first;
    private Segment _last;

    public PartialMessage(in DataChunk chunk, int maxSize)
    {
        FirstTsn = LastTsn = chunk.Tsn;
        StreamId = chunk.StreamId;
        Ssn = chunk.Ssn;
        Ppid = chunk.Ppid;
        IsUnordered = chunk.IsUnordered;
        HasBegin = chunk.IsBegin;
        HasEnd = chunk.IsEnd;
        _maxSize = maxSize;
        _first = _last = new Segment(chunk.Payload);
        Length = chunk.Payload.Length;
    }

    public uint FirstTsn { get; private set; }

    public uint LastTsn { get; private set; }

    public ushort StreamId { get; }

    public ushort Ssn { get; }

    public uint Ppid { get; private set; }

    public bool IsUnordered { get; }

    public bool HasBegin { get; private set; }

    public bool HasEnd { get; private set; }

    public bool IsComplete => HasBegin && HasEnd;

    /// <summary>Payload bytes.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes in the account.</summary>
    public int Cost => Length + Overhead;

    /// <summary>Whether a fragment can belong to the same message.</summary>
    public bool Matches(in DataChunk chunk) =>
        chunk.StreamId == StreamId && chunk.IsUnordered == IsUnordered && (IsUnordered || chunk.Ssn == Ssn);

    /// <summary>Whether a run can belong to the same message.</summary>
    public bool Matches(PartialMessage other) =>
        other.StreamId == StreamId && other.IsUnordered == IsUnordered && (IsUnordered || other.Ssn == Ssn);

    /// <summary>Appends the fragment that follows.</summary>
    public void Append(in DataChunk chunk)
    {
        if (!_last.TryAppend(chunk.Payload, _maxSize))
            _last = _last.Next = new Segment(chunk.Payload);
        LastTsn = chunk.Tsn;
        HasEnd = chunk.IsEnd;
        Length += chunk.Payload.Length;
    }

    /// <summary>Puts the fragment before the run.</summary>
    public void Prepend(in DataChunk chunk)
    {
        _first = new Segment(chunk.Payload) { Next = _first };
        FirstTsn = chunk.Tsn;
        Ppid = chunk.Ppid;
        HasBegin = chunk.IsBegin;
        Length += chunk.Payload.Length;
    }

    /// <summary>Takes the fragments of the run that follows, which must not be used any more.</summary>
    public void Append(PartialMessage next)
    {
        _last.Next = next._first;
        _last = next._last;
        LastTsn = next.LastTsn;
        HasEnd = next.HasEnd;
        Length += next.Length;
    }

    /// <summary>Calls back with the whole message and gives the memory back.</summary>
    public void Deliver(ISctpObserver observer)
    {
        if (_first.Next is null)
            observer.OnMessage(StreamId, Ppid, _first.Bytes);
        else
        {
            var whole = ArrayPool<byte>.Shared.Rent(Length);
            int position = 0;
            for (var segment = _first; segment is not null; segment = segment.Next)
            {
                segment.Bytes.CopyTo(whole.AsSpan(position));
                position += segment.Bytes.Length;
            }

            observer.OnMessage(StreamId, Ppid, whole.AsSpan(0, Length));
            ArrayPool<byte>.Shared.Return(whole);
        }

        Release();
    }

    public void Release()
    {
        for (var segment = _first; segment is not null; segment = segment.Next)
            segment.Release();
    }

    private sealed class Segment
    {
        private byte[] _buffer;
        private int _length;

        public Segment(ReadOnlySpan<byte> payload)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(payload.Length);
            payload.CopyTo(_buffer);
            _length = payload.Length;
        }

        public Segment? Next { get; set; }

        public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

        public bool TryAppend(ReadOnlySpan<byte> payload, int maxSize)
        {
            int length = _length + payload.Length;
            if (length > maxSize)
                return false;
            if (length > _buffer.Length)
            {
                // Grows by four: most messages that outgrow one fragment have dozens.
                var larger = ArrayPool<byte>.Shared.Rent(Math.Min(Math.Max(_buffer.Length * 4, length), maxSize));
                Bytes.CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }

            payload.CopyTo(_buffer.AsSpan(_length));
            _length = length;
            return true;
        }

        public void Release()
        {
            if (_buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _length = 0;
        }
    }
}

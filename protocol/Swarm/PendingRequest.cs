using Peercast.Protocol.Primitives;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>One chunk asked of one neighbor, and its fragments as they come.</summary>
internal sealed class PendingRequest(uint id, ChunkId chunk, int length, Neighbor neighbor, TimeSpan deadline, TimeSpan now)
{
    private byte[]? _buffer;
    private ReadOnlyMemory<byte> _shared;
    private ulong _units;
    private int _received;
    private int _receivedFirst;
    private TimeSpan _firstFragmentAt;

    public uint Id { get; } = id;

    public ChunkId Chunk { get; } = chunk;

    public Neighbor Neighbor { get; } = neighbor;

    public TimeSpan SentAt { get; } = now;

    /// <summary>When the chunk is due, as seen when it was asked for.</summary>
    public TimeSpan Deadline { get; } = deadline;

    /// <summary>The neighbor accepted, or has begun to send.</summary>
    public bool IsAccepted { get; set; }

    /// <summary>When the chunk should be complete; meaningful once accepted.</summary>
    public TimeSpan ExpectedAt { get; set; }

    /// <summary>When to give it up.</summary>
    public TimeSpan GiveUpAt { get; set; }

    /// <summary>Payload received so far.</summary>
    public int ReceivedBytes => _received;

    /// <summary>A fragment of it is here.</summary>
    public bool HasBegun => _received > 0;

    /// <summary>How long the rest should take by the pace so far; generous, as fragments of other chunks may lie between.</summary>
    public TimeSpan TimeForRest(TimeSpan now)
    {
        double secondsPerByte = _received > _receivedFirst
            ? (now - _firstFragmentAt).TotalSeconds / (_received - _receivedFirst)
            : 0.1 / DataMessage.MaxPayload;
        return TimeSpan.FromSeconds(secondsPerByte * (length - _received) * 1.5) + TimeSpan.FromMilliseconds(50);
    }

    /// <summary>Takes a fragment in.</summary>
    /// <returns><see langword="false"/>: it was there already, or it belongs to a chunk of another length.</returns>
    public bool TryAdd(TimeSpan now, in DataMessage data)
    {
        int first = data.Offset / DataMessage.Unit, count = (data.Payload.Length + DataMessage.Unit - 1) / DataMessage.Unit;
        ulong units = ((1UL << count) - 1) << first;
        if (data.Total != length || (_units & units) != 0)
        {
            return false;
        }

        if (_units == 0)
        {
            _firstFragmentAt = now;
            _receivedFirst = data.Payload.Length;
        }

        Keep(data);
        _units |= units;
        _received += data.Payload.Length;
        return true;
    }

    /// <summary>All fragments are there.</summary>
    public bool IsComplete => _received == length;

    /// <summary>The chunk's bytes once all are there.</summary>
    public bool TryComplete(out ReadOnlyMemory<byte> bytes)
    {
        bytes = _buffer ?? _shared;
        return IsComplete;
    }

    /// <summary>Copies the payload, unless all fragments so far are cut from one and the same chunk in memory.</summary>
    private void Keep(in DataMessage data)
    {
        if (_buffer is null && !data.Whole.IsEmpty && (_units == 0 || _shared.Equals(data.Whole)))
        {
            _shared = data.Whole;
            return;
        }

        _buffer ??= _shared.IsEmpty ? GC.AllocateUninitializedArray<byte>(length) : _shared.ToArray();
        data.Payload.CopyTo(_buffer.AsSpan(data.Offset));
    }
}

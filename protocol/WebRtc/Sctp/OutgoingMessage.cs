using System.Buffers;

namespace Peercast.WebRtc.Sctp;

/// <summary>A message on its way out; its bytes are held until every fragment is acknowledged or given up.</summary>
internal sealed class OutgoingMessage
{
    private byte[]? _buffer;
    private int _unacknowledged;

    public OutgoingMessage(ushort streamId, uint ppid, ReadOnlySpan<byte> message, TimeSpan now, in SendOptions options)
    {
        StreamId = streamId;
        Ppid = ppid;
        Length = message.Length;
        IsUnordered = options.Unordered;
        IsControl = options.IsControl;
        MaxRetransmits = options.MaxRetransmits;
        ExpiresAt = options.Lifetime is { } lifetime ? now + lifetime : null;
        _buffer = ArrayPool<byte>.Shared.Rent(message.Length);
        message.CopyTo(_buffer);
    }

    public ushort StreamId { get; }

    public uint Ppid { get; }

    public int Length { get; }

    public bool IsUnordered { get; }

    public bool IsControl { get; }

    public ushort? MaxRetransmits { get; }

    public TimeSpan? ExpiresAt { get; }

    /// <summary>Given when the first fragment is sent.</summary>
    public ushort Ssn { get; set; }

    /// <summary>Bytes that have been handed out as fragments.</summary>
    public int Sent { get; private set; }

    /// <summary>The TSN of the first fragment; the others follow it without a gap.</summary>
    public uint FirstTsn { get; set; }

    /// <summary>The TSN of the last fragment handed out.</summary>
    public uint LastTsn { get; set; }

    /// <summary>The message has been given up (RFC 3758).</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Nothing is left to be handed out.</summary>
    public bool IsFullySent => Sent == Length;

    public ReadOnlySpan<byte> Fragment(int offset, int length) => _buffer.AsSpan(offset, length);

    /// <summary>Hands out the next fragment.</summary>
    public void TakeFragment(int length)
    {
        Sent += length;
        _unacknowledged++;
    }

    /// <summary>Gives the message up; no further fragment will be handed out.</summary>
    public void Abandon() => IsAbandoned = true;

    /// <summary>One fragment needs no retransmission any more.</summary>
    /// <returns><see langword="true"/> when this was the last one, and the message is done.</returns>
    public bool FragmentDone() => --_unacknowledged == 0 && (IsFullySent || IsAbandoned);

    /// <summary>Gives the bytes back; the message must not be read afterwards.</summary>
    public void Release()
    {
        if (_buffer is null)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }
}

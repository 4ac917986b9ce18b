using Peercast.Protocol.Transport;

namespace Peercast.WebRtc.DataChannels;

/// <summary>
/// One data channel. Its methods may be called from any thread; its events are raised by the owner's thread, in
/// <see cref="DataChannelSet.RaiseEvents"/>, without a lock, so that a handler may call anything here.
/// </summary>
internal sealed class DataChannel : IDataChannel
{
    private readonly DataChannelSet _set;
    private readonly OneTimeEvent _opened = new();
    private readonly OneTimeEvent _closed = new();
    private long _bufferedAmount;
    private long _lowThreshold;
    private volatile DataChannelState _state = DataChannelState.Connecting;

    internal DataChannel(DataChannelSet set, string label, DataChannelOptions options)
    {
        _set = set;
        Label = label;
        Options = options;
    }

    public event Action? Opened
    {
        add => _opened.Add(value);
        remove => _opened.Remove(value);
    }

    public event Action? Closed
    {
        add => _closed.Add(value);
        remove => _closed.Remove(value);
    }

    public event Action? BufferedAmountLow;

    public event DataChannelMessageHandler? MessageReceived;

    public string Label { get; }

    public DataChannelState State => _state;

    public long BufferedAmount => Interlocked.Read(ref _bufferedAmount);

    public long BufferedAmountLowThreshold
    {
        get => Interlocked.Read(ref _lowThreshold);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Interlocked.Exchange(ref _lowThreshold, value);
        }
    }

    internal DataChannelOptions Options { get; }

    /// <summary>The SCTP stream, the same in both directions; <see langword="null"/> until the DTLS role is known.</summary>
    internal ushort? StreamId { get; set; }

    /// <summary>The peer has answered, or spoken: from now on messages may overtake the OPEN (RFC 8832, section 6).</summary>
    internal bool IsAcknowledged { get; set; }

    /// <summary>Our outgoing stream is reset.</summary>
    internal bool IsOutgoingReset { get; set; }

    /// <summary>The peer's outgoing stream is reset.</summary>
    internal bool IsIncomingReset { get; set; }

    public bool TrySend(ReadOnlySpan<byte> message) => _set.TrySend(this, message);

    public void Close() => _set.Close(this);

    /// <summary>The peer's OPEN is yet to be answered: our reset of the id's former use is still under way.</summary>
    internal bool OwesAck { get; set; }

    internal void SetState(DataChannelState state) => _state = state;

    /// <summary>Takes the new amount.</summary>
    /// <returns><see langword="true"/> when it has fallen to the threshold from above, and somebody wants to know.</returns>
    internal bool SetBufferedAmount(long bytes)
    {
        long before = Interlocked.Exchange(ref _bufferedAmount, bytes), threshold = BufferedAmountLowThreshold;
        return before > threshold && bytes <= threshold && BufferedAmountLow is not null;
    }

    /// <summary>The amount is not above the threshold, and somebody wants to know.</summary>
    internal bool WantsLowNow => BufferedAmount <= BufferedAmountLowThreshold && BufferedAmountLow is not null;

    internal void RaiseOpened() => _opened.Raise();

    internal void RaiseClosed() => _closed.Raise();

    internal void RaiseBufferedAmountLow() => BufferedAmountLow?.Invoke();

    internal void RaiseMessage(ReadOnlySpan<byte> message, bool isText) => MessageReceived?.Invoke(message, isText);
}

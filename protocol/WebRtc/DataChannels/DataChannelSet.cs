using System.Text;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.Sctp;

namespace Peercast.WebRtc.DataChannels;

/// <summary>
/// The data channels of one connection: DCEP (RFC 8832), and closing by stream reset (RFC 8831, section 6.7). It belongs
/// to the engine: apart from <see cref="RaiseEvents"/>, the owner calls it, and the association that calls back into it,
/// under the gate's lock.
/// </summary>
internal sealed class DataChannelSet(DataChannelGate gate) : ISctpObserver
{
    private const int MaxLabelBytes = ushort.MaxValue;
    private readonly ChannelEventQueue _events = new(gate);
    private readonly ChannelTable _channels = new();
    private readonly List<DataChannel> _waiting = [];
    private SctpAssociation? _association;
    private bool _isUp;
    private bool _isClosed;

    /// <summary>The association is up. Raised under the lock.</summary>
    public event Action? Established;

    /// <summary>The association is over. Raised under the lock.</summary>
    public event Action<SctpCloseReason, string>? AssociationClosed;

    /// <summary>The peer opened a channel. Raised by <see cref="RaiseEvents"/>, before any event of the channel itself.</summary>
    public event Action<IDataChannel>? ChannelReceived;

    /// <summary>The largest message that the peer takes (<c>a=max-message-size</c>); zero for no limit.</summary>
    public long PeerMaxMessageSize { get; set; }

    /// <summary>Events wait for <see cref="RaiseEvents"/>.</summary>
    public bool HasEvents => !_events.IsEmpty;

    /// <summary>Joins the set to its association, once the DTLS role is known: it tells even stream ids from odd ones.</summary>
    public void Attach(SctpAssociation association, bool isDtlsClient)
    {
        _association = association;
        _channels.IsDtlsClient = isDtlsClient;
    }

    /// <summary>Makes a channel; it opens at once or when the association is up.</summary>
    /// <exception cref="ArgumentException">The label or protocol is too long, or both limits are given.</exception>
    public DataChannel Create(string label, DataChannelOptions options)
    {
        if (Encoding.UTF8.GetByteCount(label) > MaxLabelBytes)
            throw new ArgumentException("A label is at most 65,535 bytes of UTF-8.", nameof(label));
        if (Encoding.UTF8.GetByteCount(options.Protocol) > MaxLabelBytes)
            throw new ArgumentException("A protocol name is at most 65,535 bytes of UTF-8.", nameof(options));
        if (options is { MaxRetransmits: not null, MaxPacketLifeTime: not null })
            throw new ArgumentException("MaxRetransmits and MaxPacketLifeTime exclude each other.", nameof(options));
        var channel = new DataChannel(this, label, options);
        if (_isClosed)
            End(channel);
        else if (_isUp)
            Open(channel);
        else
            _waiting.Add(channel);
        return channel;
    }

    /// <summary>
    /// Raises the events that have gathered. The owner calls it from one thread at a time and without the lock; a handler
    /// may call anything on any channel or connection. An exception of a handler passes through; call again for the rest.
    /// </summary>
    public void RaiseEvents() => _events.Raise(channel => ChannelReceived?.Invoke(channel));

    /// <summary>The connection is gone without the association having said so: closes every channel.</summary>
    public void CloseAll()
    {
        _isClosed = true;
        _isUp = false;
        EndAll();
    }

    /// <summary>Sends for a channel, from any thread.</summary>
    internal bool TrySend(DataChannel channel, ReadOnlySpan<byte> message)
    {
        lock (gate.Lock)
        {
            if (channel.State != DataChannelState.Open || channel.StreamId is not { } id || _association is null)
                return false;
            if (PeerMaxMessageSize > 0)
                ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, PeerMaxMessageSize, nameof(message));
            uint ppid = message.IsEmpty ? PayloadProtocol.BinaryEmpty : PayloadProtocol.Binary;
            ReadOnlySpan<byte> payload = message.IsEmpty ? [0] : message;
            if (!_association.TrySend(gate.Now(), id, ppid, payload, DeliveryOf(channel)))
                return false;
            channel.SetBufferedAmount(_association.BufferedAmount(id));
        }

        gate.Wake();
        return true;
    }

    /// <summary>Closes a channel, from any thread.</summary>
    internal void Close(DataChannel channel)
    {
        lock (gate.Lock)
        {
            if (channel.State == DataChannelState.Connecting)
            {
                _waiting.Remove(channel);
                End(channel);
            }
            else if (channel.State == DataChannelState.Open)
                BeginClose(channel);
            else
                return;
        }

        gate.Wake();
    }

    void ISctpObserver.OnEstablished()
    {
        _isUp = true;
        foreach (var channel in _waiting)
            Open(channel);
        _waiting.Clear();
        Established?.Invoke();
    }

    void ISctpObserver.OnMessage(ushort streamId, uint ppid, ReadOnlySpan<byte> message)
    {
        if (ppid == PayloadProtocol.Dcep)
        {
            if (DcepMessage.TryParseOpen(message, out var open))
                OnOpen(streamId, open!);
            else if (DcepMessage.IsAck(message) && _channels.Find(streamId) is { } acknowledged)
                acknowledged.IsAcknowledged = true;
            return;
        }

        // Data on a stream without a channel, or of a kind that RFC 8831 has withdrawn, has nobody to go to.
        if (_channels.Find(streamId) is not { } channel || channel.IsIncomingReset)
            return;
        channel.IsAcknowledged = true;
        if (ppid is PayloadProtocol.Binary or PayloadProtocol.String)
            _events.AddMessage(channel, message, ppid == PayloadProtocol.String);
        else if (ppid is PayloadProtocol.BinaryEmpty or PayloadProtocol.StringEmpty)
            _events.AddMessage(channel, [], ppid == PayloadProtocol.StringEmpty);
    }

    void ISctpObserver.OnStreamReset(ushort streamId)
    {
        if (_channels.Find(streamId) is not { } channel)
            return;
        channel.IsIncomingReset = true;
        if (channel.State == DataChannelState.Open)
            BeginClose(channel);
        EndIfReset(channel);
    }

    void ISctpObserver.OnOutgoingStreamReset(ushort streamId, bool performed)
    {
        if (_channels.Find(streamId) is not { } channel)
            return;
        if (channel.OwesAck)
        {
            channel.OwesAck = false;
            SendControl(streamId, DcepMessage.Ack);
            return;
        }

        channel.IsOutgoingReset = true;
        // A peer that denies the reset will not send one of its own either.
        channel.IsIncomingReset |= !performed;
        EndIfReset(channel);
    }

    void ISctpObserver.OnBufferedAmountChanged(ushort streamId, long bytes)
    {
        if (_channels.Find(streamId) is { } channel && channel.SetBufferedAmount(bytes))
            _events.Add(ChannelEventKind.BufferedAmountLow, channel);
    }

    void ISctpObserver.OnSendBufferFree(ushort streamId)
    {
        if (_channels.Find(streamId) is { } channel && channel.WantsLowNow)
            _events.Add(ChannelEventKind.BufferedAmountLow, channel);
    }

    void ISctpObserver.OnRestarted() => EndAll();

    void ISctpObserver.OnClosed(SctpCloseReason reason, string detail)
    {
        CloseAll();
        AssociationClosed?.Invoke(reason, detail);
    }

    // Until the peer has answered, messages stay in order, or they could overtake the OPEN (RFC 8832, section 6).
    private static SendOptions DeliveryOf(DataChannel channel) => new()
    {
        Unordered = !channel.Options.Ordered && channel.IsAcknowledged,
        MaxRetransmits = channel.Options.MaxRetransmits,
        Lifetime = channel.Options.MaxPacketLifeTime is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
    };

    private void Open(DataChannel channel)
    {
        if (!_channels.TryAddOurs(channel))
        {
            End(channel);
            return;
        }

        SendControl(channel.StreamId!.Value, new DcepMessage { Label = channel.Label, Options = channel.Options }.EncodeOpen());
        channel.SetState(DataChannelState.Open);
        _events.Add(ChannelEventKind.Opened, channel);
    }

    private void OnOpen(ushort streamId, DcepMessage open)
    {
        bool owesAck = false;
        if (_channels.Find(streamId) is { } existing)
        {
            if (existing.State == DataChannelState.Open)
            {
                // An id in use cannot be opened again: close it (RFC 8832, section 6).
                BeginClose(existing);
                return;
            }

            if (!existing.IsIncomingReset)
                return;
            // The peer has performed our reset, or it would not use the id anew; only its answer is still on the way.
            owesAck = !existing.IsOutgoingReset;
            End(existing);
        }

        var channel = new DataChannel(this, open.Label, open.Options) { StreamId = streamId, IsAcknowledged = true, OwesAck = owesAck };
        if (!_channels.TryAddPeers(channel))
        {
            _association?.ResetOutgoingStream(gate.Now(), streamId);
            return;
        }

        if (!owesAck)
            SendControl(streamId, DcepMessage.Ack);
        channel.SetState(DataChannelState.Open);
        _events.Add(ChannelEventKind.Received, channel);
        _events.Add(ChannelEventKind.Opened, channel);
    }

    private void SendControl(ushort streamId, ReadOnlySpan<byte> message) =>
        _association!.TrySend(gate.Now(), streamId, PayloadProtocol.Dcep, message, new SendOptions { IsControl = true });

    private void BeginClose(DataChannel channel)
    {
        channel.SetState(DataChannelState.Closing);
        _association?.ResetOutgoingStream(gate.Now(), channel.StreamId!.Value);
    }

    private void EndIfReset(DataChannel channel)
    {
        if (channel.IsIncomingReset && channel.IsOutgoingReset)
            End(channel);
    }

    private void End(DataChannel channel)
    {
        _channels.Remove(channel);
        channel.SetBufferedAmount(0);
        channel.SetState(DataChannelState.Closed);
        _events.Add(ChannelEventKind.Closed, channel);
    }

    private void EndAll()
    {
        foreach (var channel in _channels.InOrder.Concat(_waiting).ToArray())
            End(channel);
        _waiting.Clear();
    }
}

using Peercast.WebRtc.Sctp.Chunks;
using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Sctp;

/// <summary>
/// One SCTP association over DTLS (RFC 9260, RFC 8261) as a state machine without clock or socket. Not thread-safe: the
/// owner serializes the calls. After each call but <see cref="TryGetPacket"/> the owner drains the packets and asks for
/// <see cref="NextDeadline"/> again.
/// </summary>
internal sealed class SctpAssociation
{
    private readonly AssociationContext _context;
    private readonly Handshake _handshake;
    private readonly ShutdownSequence _shutdown;
    private readonly PacketDispatcher _dispatcher;
    private readonly List<ushort> _resetsBeforeUp = [];

    /// <param name="options">Bounds and times.</param>
    /// <param name="random">Tags, initial TSNs and the secret of the cookies.</param>
    /// <param name="observer">Is told of messages and changes.</param>
    public SctpAssociation(SctpOptions options, Random random, ISctpObserver observer)
    {
        _context = new AssociationContext(options, random, observer);
        _handshake = new Handshake(_context);
        _shutdown = new ShutdownSequence(_context);
        _dispatcher = new PacketDispatcher(_context, _handshake, _shutdown);
    }

    public SctpState State => _context.State;

    /// <summary>The verification tag of the packets that we take.</summary>
    public uint LocalTag => _context.LocalTag;

    /// <summary>The sending half; <see langword="null"/> until the association is up and after it has ended.</summary>
    public DataSender? Sender => _context.Block?.Sender;

    /// <summary>The receiving half; <see langword="null"/> until the association is up and after it has ended.</summary>
    public DataReceiver? Receiver => _context.Block?.Receiver;

    /// <summary>When <see cref="Tick"/> is next due, in the owner's time.</summary>
    public TimeSpan? NextDeadline => Deadline.Earlier(
        Deadline.Earlier(_handshake.NextDeadline, _shutdown.NextDeadline), _context.Block?.NextDeadline);

    /// <summary>Sends INIT. Both ends may do so; it does nothing when the peer came first.</summary>
    public void Connect(TimeSpan now)
    {
        if (_context.State == SctpState.Closed && !_context.IsTerminated)
            _handshake.Connect(now);
    }

    /// <summary>Takes a packet from the peer. Whatever its bytes, it does not throw.</summary>
    public void Receive(TimeSpan now, ReadOnlySpan<byte> packet) => _dispatcher.Receive(now, packet);

    /// <summary>From now on the packets take another path.</summary>
    public void PathChanged(TimeSpan now)
    {
        if (_context.Block is not { } block)
            return;
        block.Sender.OnPathChanged(now);
        block.Resets.OnPathChanged();
    }

    /// <summary>Lets the timers run that are due.</summary>
    public void Tick(TimeSpan now)
    {
        _handshake.Tick(now);
        _shutdown.Tick(now);
        if (_context.Block is not { } block)
            return;
        block.Sender.Tick(now);
        block.Resets.Tick(now);
        if (block.Heartbeat.Tick(now, block.Sender.Rto) is { } heartbeat)
            _context.Control.Add(_context.PeerTag, heartbeat);
        int limit = _context.Options.MaxRetransmissions;
        if (block.Sender.ConsecutiveTimeouts > limit || block.Resets.Unanswered > limit || block.Heartbeat.Unanswered > limit)
            _context.Abort(SctpCloseReason.PeerUnreachable, ErrorCause.UserInitiatedAbort, "the peer does not answer");
    }

    /// <summary>Writes the next packet to send; call until it returns <see langword="false"/>.</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="destination">At least <see cref="SctpOptions.MaxPacketSize"/> bytes.</param>
    /// <param name="length">Bytes written.</param>
    public bool TryGetPacket(TimeSpan now, Span<byte> destination, out int length)
    {
        length = 0;
        var options = _context.Options;
        ApplyEarlyResets();
        uint tag = _context.Control.TagOfNext(_context.PeerTag);
        var packet = new PacketBuilder(destination[..options.MaxPacketSize], options.LocalPort, options.RemotePort, tag);
        bool isFull = _context.Control.Fill(ref packet, tag);
        if (!isFull && tag == _context.PeerTag && _context.Block is { } block)
            Fill(now, block, ref packet);

        if (packet.IsEmpty)
            return false;
        length = packet.Finish();
        int unbooked = length + SendRateBound.LowerHeaders - (_context.Block?.Sender.TakeBooked() ?? 0);
        if (unbooked > 0)
            options.SendRateBound.Charge(now, unbooked);
        return true;
    }

    /// <summary>Queues a message.</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="streamId">Below 65,535 and below what the peer announced.</param>
    /// <param name="ppid">The payload protocol identifier (RFC 8831, section 8).</param>
    /// <param name="message">1 to <see cref="SctpOptions.MaxMessageSize"/> bytes; copied.</param>
    /// <param name="options">Delivery.</param>
    /// <returns>
    /// <see langword="false"/> when the send buffer is full, the stream is being reset or not available, or the
    /// association is ending; the message is then not queued.
    /// </returns>
    public bool TrySend(TimeSpan now, ushort streamId, uint ppid, ReadOnlySpan<byte> message, in SendOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfZero(message.Length, nameof(message));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, _context.Options.MaxMessageSize, nameof(message));
        if (_context.IsTerminated || _context.State > SctpState.Established)
            return false;
        int streams = _context.Block?.Parameters.OutboundStreams ?? _context.Options.Streams;
        return streamId < streams && _context.Queue.TryAdd(now, streamId, ppid, message, options);
    }

    /// <summary>Resets an outgoing stream once what is queued on it has been sent (RFC 6525, section 5.1.2).</summary>
    public void ResetOutgoingStream(TimeSpan now, ushort streamId)
    {
        if (_context.IsTerminated)
            return;
        _resetsBeforeUp.Add(streamId);
        _context.Queue.BeginReset(streamId);
        ApplyEarlyResets();
    }

    /// <summary>Ends the association once all that is queued has been delivered.</summary>
    public void Shutdown(TimeSpan now)
    {
        if (_context.IsTerminated)
            return;
        if (_context.Block is null)
            Abort(now, "closed before it was established");
        else
            _shutdown.Begin(now);
    }

    /// <summary>Ends the association at once and tells the peer with an ABORT.</summary>
    public void Abort(TimeSpan now, string reason)
    {
        _handshake.Stop();
        _context.Abort(SctpCloseReason.LocalAbort, ErrorCause.UserInitiatedAbort, reason);
    }

    /// <summary>Payload bytes on a stream that have not been transmitted yet.</summary>
    public long BufferedAmount(ushort streamId) => _context.Queue.BufferedAmount(streamId);

    private void Fill(TimeSpan now, TransmissionControlBlock block, ref PacketBuilder packet)
    {
        bool maySend = _context.State is SctpState.Established or SctpState.ShutdownPending or SctpState.ShutdownReceived;
        if (block.Receiver.MustSack(now))
        {
            if (block.Receiver.TryFill(ref packet))
                block.Receiver.OnSackSent();
        }
        else if (maySend && block.Receiver.OwesSack)
        {
            // A SACK that may wait rides with what goes anyway. Control chunks come first (section 6.10), so it is written
            // before anybody knows whether something goes, and that something may fit only without it.
            var withSack = packet;
            if (block.Receiver.TryFill(ref withSack))
            {
                int length = withSack.Length;
                FillOutgoing(now, block, ref withSack);
                if (withSack.Length > length)
                {
                    packet = withSack;
                    block.Receiver.OnSackSent();
                    return;
                }
            }
        }

        if (maySend)
            FillOutgoing(now, block, ref packet);
    }

    private static void FillOutgoing(TimeSpan now, TransmissionControlBlock block, ref PacketBuilder packet)
    {
        block.Resets.Fill(now, ref packet);
        block.Sender.Fill(now, ref packet);
    }

    private void ApplyEarlyResets()
    {
        if (_resetsBeforeUp.Count == 0 || _context.Block is not { } block)
            return;
        foreach (var streamId in _resetsBeforeUp)
            block.Resets.Reset(streamId);
        _resetsBeforeUp.Clear();
    }
}

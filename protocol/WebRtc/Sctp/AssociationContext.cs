namespace Peercast.WebRtc.Sctp;

/// <summary>What the parts of one association share: its state, its tags, and the way out for control chunks.</summary>
internal sealed class AssociationContext
{
    public AssociationContext(SctpOptions options, Random random, ISctpObserver observer)
    {
        Options = options;
        Random = random;
        Observer = observer;
        Queue = new SendQueue(options, observer);
        Control = new ControlQueue((options.MaxPacketSize - PacketBuilder.HeaderSize) & ~3);
        LocalTag = NewTag();
    }

    public SctpOptions Options { get; }

    public Random Random { get; }

    public ISctpObserver Observer { get; }

    public SendQueue Queue { get; }

    public ControlQueue Control { get; }

    public SctpState State { get; set; }

    /// <summary>The association is over and cannot come back.</summary>
    public bool IsTerminated { get; private set; }

    /// <summary>The tag of the packets that we take.</summary>
    public uint LocalTag { get; private set; }

    /// <summary>The tag of the packets that we send; zero while it is unknown.</summary>
    public uint PeerTag { get; set; }

    /// <summary>The association's body; <see langword="null"/> until it is up.</summary>
    public TransmissionControlBlock? Block { get; private set; }

    public uint NewTag()
    {
        uint tag;
        do
            tag = (uint)Random.NextInt64(1L << 32);
        while (tag == 0);
        return tag;
    }

    /// <summary>The handshake is done: messages can flow.</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="parameters">What was agreed.</param>
    /// <param name="rtt">The round trip that the handshake measured, unless a repetition blurred it.</param>
    public void Establish(TimeSpan now, AssociationParameters parameters, TimeSpan? rtt)
    {
        bool isRestart = Block is not null;
        LocalTag = parameters.LocalTag;
        PeerTag = parameters.PeerTag;
        State = SctpState.Established;
        if (isRestart)
            Queue.Clear();
        Block = new TransmissionControlBlock(now, Options, parameters, Queue, Observer, Random, NewTag());
        if (rtt is { } sample)
            Block.Sender.Rto.OnSample(sample);
        if (isRestart)
            Observer.OnRestarted();
        else
            Observer.OnEstablished();
    }

    /// <summary>Ends the association; what the control queue holds still goes out.</summary>
    public void Close(SctpCloseReason reason, string detail)
    {
        if (IsTerminated)
            return;
        IsTerminated = true;
        State = SctpState.Closed;
        Block = null;
        Queue.Clear();
        Observer.OnClosed(reason, detail);
    }

    /// <summary>Ends the association and tells the peer why with an ABORT.</summary>
    public void Abort(SctpCloseReason reason, ushort cause, string detail)
    {
        if (IsTerminated)
            return;
        Control.Clear();
        if (PeerTag != 0)
            Control.Add(PeerTag, Chunks.ErrorCause.Abort(cause, detail));
        Close(reason, detail);
    }
}

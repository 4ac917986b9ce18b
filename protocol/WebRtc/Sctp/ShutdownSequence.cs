using System.Buffers.Binary;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Sctp;

/// <summary>SHUTDOWN, SHUTDOWN ACK, SHUTDOWN COMPLETE and the timer T2 (RFC 9260, section 9.2).</summary>
internal sealed class ShutdownSequence(AssociationContext context)
{
    private int _attempts;

    public TimeSpan? NextDeadline { get; private set; }

    /// <summary>Our side wants to end once all is delivered.</summary>
    public void Begin(TimeSpan now)
    {
        if (context.State != SctpState.Established)
            return;
        context.State = SctpState.ShutdownPending;
        Advance(now);
    }

    /// <summary>Goes on when all that was queued is acknowledged.</summary>
    public void Advance(TimeSpan now)
    {
        if (context.Block is not { } block || !block.Sender.IsIdle || !context.Queue.IsEmpty)
            return;
        if (context.State == SctpState.ShutdownPending)
        {
            context.State = SctpState.ShutdownSent;
            Arm(now, block);
            SendShutdown(block);
        }
        else if (context.State == SctpState.ShutdownReceived)
            Answer(now, block);
    }

    /// <summary>DATA came after our SHUTDOWN: the peer is told how far we are (section 9.2).</summary>
    public void OnData(TimeSpan now)
    {
        if (context.State != SctpState.ShutdownSent || context.Block is not { } block)
            return;
        block.Receiver.RequestSack();
        SendShutdown(block);
        Arm(now, block);
    }

    public void OnShutdown(TimeSpan now, SctpChunk chunk)
    {
        if (context.Block is not { } block || chunk.Value.Length < 4)
            return;
        // It acknowledges like a SACK, with a window that nobody needs to respect any more.
        block.Sender.OnSack(now, new SackChunk(BinaryPrimitives.ReadUInt32BigEndian(chunk.Value), uint.MaxValue));
        if (context.State is SctpState.Established or SctpState.ShutdownPending)
            context.State = SctpState.ShutdownReceived;
        else if (context.State == SctpState.ShutdownSent)
            Answer(now, block);
        Advance(now);
    }

    public void OnShutdownAck(uint packetTag)
    {
        if (context.State is SctpState.ShutdownSent or SctpState.ShutdownAckSent)
        {
            NextDeadline = null;
            context.Control.Add(context.PeerTag, SctpChunk.Encode(ChunkType.ShutdownComplete, 0, []));
            context.Close(SctpCloseReason.Shutdown, "shut down");
        }
        else if (context.IsTerminated)
        {
            // Our SHUTDOWN COMPLETE was lost; the T bit says that the tag is reflected (section 8.5.1, rule C).
            context.Control.Add(packetTag, SctpChunk.Encode(ChunkType.ShutdownComplete, 1, []));
        }
    }

    public void OnShutdownComplete()
    {
        if (context.State != SctpState.ShutdownAckSent)
            return;
        NextDeadline = null;
        context.Close(SctpCloseReason.Shutdown, "shut down by the peer");
    }

    public void Tick(TimeSpan now)
    {
        if (!(NextDeadline <= now))
            return;
        NextDeadline = null;
        if (context.Block is not { } block)
            return;
        if (++_attempts > context.Options.MaxRetransmissions)
        {
            context.Close(SctpCloseReason.PeerUnreachable, "the peer does not answer SHUTDOWN");
            return;
        }

        block.Sender.Rto.BackOff();
        Arm(now, block);
        if (context.State == SctpState.ShutdownSent)
            SendShutdown(block);
        else if (context.State == SctpState.ShutdownAckSent)
            SendShutdownAck();
    }

    private void Answer(TimeSpan now, TransmissionControlBlock block)
    {
        context.State = SctpState.ShutdownAckSent;
        Arm(now, block);
        SendShutdownAck();
    }

    private void Arm(TimeSpan now, TransmissionControlBlock block) => NextDeadline = now + block.Sender.Rto.Rto;

    private void SendShutdown(TransmissionControlBlock block)
    {
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, block.Receiver.CumulativeTsn);
        context.Control.Add(context.PeerTag, SctpChunk.Encode(ChunkType.Shutdown, 0, value));
    }

    private void SendShutdownAck() => context.Control.Add(context.PeerTag, SctpChunk.Encode(ChunkType.ShutdownAck, 0, []));
}

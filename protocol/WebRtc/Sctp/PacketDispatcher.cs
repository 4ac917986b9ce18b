using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Sctp;

/// <summary>Checks a received packet's tag and hands its chunks out (RFC 9260, sections 3.2, 6.10 and 8.5).</summary>
internal sealed class PacketDispatcher(AssociationContext context, Handshake handshake, ShutdownSequence shutdown)
{
    // One packet cannot hold more chunks than this in earnest, and each may make us answer.
    private const int MaxReports = 4;
    private int _reports;

    public void Receive(TimeSpan now, ReadOnlySpan<byte> packet)
    {
        if (!PacketHeader.TryParse(packet, out var header)
            || header.SourcePort != context.Options.RemotePort
            || header.DestinationPort != context.Options.LocalPort)
            return;
        _reports = 0;
        var rest = packet[PacketBuilder.HeaderSize..];
        bool isFirst = true;
        while (SctpChunk.TryRead(ref rest, out var chunk))
        {
            bool isAlone = isFirst && rest.IsEmpty;
            if (!IsTagValid(header.VerificationTag, chunk) || !Dispatch(now, chunk, header.VerificationTag, isAlone))
                break;
            isFirst = false;
        }

        if (context.Block is not { } block)
            return;
        if (header.VerificationTag == context.LocalTag)
            block.Heartbeat.OnPacket(now);
        block.Receiver.OnPacketEnd(now);
        block.Resets.OnDataReceived();
        shutdown.Advance(now);
    }

    // Section 8.5.1: some chunks come with another tag than ours.
    private bool IsTagValid(uint tag, SctpChunk chunk) => chunk.Type switch
    {
        ChunkType.Init => tag == 0,
        ChunkType.CookieEcho => true,
        ChunkType.Abort or ChunkType.ShutdownComplete when (chunk.Flags & 1) != 0 => tag == context.PeerTag && tag != 0,
        ChunkType.ShutdownAck => context.IsTerminated || tag == context.LocalTag,
        _ => tag == context.LocalTag,
    };

    /// <returns><see langword="false"/> when the rest of the packet is not to be taken.</returns>
    private bool Dispatch(TimeSpan now, SctpChunk chunk, uint tag, bool isAlone)
    {
        if (context.IsTerminated)
        {
            if (chunk.Type == ChunkType.ShutdownAck)
                shutdown.OnShutdownAck(tag);
            return false;
        }

        switch (chunk.Type)
        {
            case ChunkType.Data:
                return OnData(now, chunk);
            case ChunkType.Sack:
                OnSack(now, chunk);
                return true;
            case ChunkType.Init:
                if (isAlone)
                    handshake.OnInit(now, chunk);
                return false;
            case ChunkType.InitAck:
                if (isAlone)
                    handshake.OnInitAck(now, chunk);
                return false;
            case ChunkType.CookieEcho:
                return handshake.OnCookieEcho(now, chunk, tag);
            case ChunkType.CookieAck:
                handshake.OnCookieAck(now);
                return true;
            case ChunkType.Heartbeat:
                OnHeartbeat(chunk);
                return true;
            case ChunkType.HeartbeatAck:
                OnHeartbeatAck(now, chunk);
                return true;
            case ChunkType.Abort:
                OnAbort(chunk);
                return false;
            case ChunkType.Error:
                OnError(now, chunk);
                return true;
            case ChunkType.Shutdown:
                shutdown.OnShutdown(now, chunk);
                return true;
            case ChunkType.ShutdownAck:
                shutdown.OnShutdownAck(tag);
                return true;
            case ChunkType.ShutdownComplete:
                shutdown.OnShutdownComplete();
                return true;
            case ChunkType.ForwardTsn:
                OnForwardTsn(chunk);
                return true;
            case ChunkType.Reconfig:
                context.Block?.Resets.OnReconfig(now, chunk);
                return true;
            default:
                return OnUnknown(chunk);
        }
    }

    private bool OnData(TimeSpan now, SctpChunk chunk)
    {
        if (context.State is not (SctpState.Established or SctpState.ShutdownPending or SctpState.ShutdownSent)
            || context.Block is not { } block)
            return true;
        if (!DataChunk.TryParse(chunk, out var data))
        {
            context.Abort(SctpCloseReason.ProtocolViolation, ErrorCause.ProtocolViolation, "DATA chunk too short");
            return false;
        }

        if (data.Payload.IsEmpty)
        {
            context.Abort(SctpCloseReason.ProtocolViolation, ErrorCause.NoUserData, "DATA chunk without payload");
            return false;
        }

        if (data.StreamId >= block.Parameters.InboundStreams)
        {
            context.Abort(SctpCloseReason.ProtocolViolation, ErrorCause.InvalidStreamIdentifier, "DATA on a stream beyond those announced");
            return false;
        }

        switch (block.Receiver.OnData(data))
        {
            case ReassemblyResult.Violation:
                context.Abort(SctpCloseReason.ProtocolViolation, ErrorCause.ProtocolViolation, "contradictory fragments or an oversized message");
                return false;
            case ReassemblyResult.Exhausted:
                context.Abort(SctpCloseReason.OutOfResources, ErrorCause.OutOfResource, "too many unfinished messages");
                return false;
        }

        shutdown.OnData(now);
        return !context.IsTerminated;
    }

    private void OnSack(TimeSpan now, SctpChunk chunk)
    {
        if (context.Block is { } block && SackChunk.TryParse(chunk, out var sack))
            block.Sender.OnSack(now, sack);
    }

    private void OnForwardTsn(SctpChunk chunk)
    {
        if (context.Block is { } block && ForwardTsnChunk.TryParse(chunk, out var forward))
            block.Receiver.OnForwardTsn(forward);
    }

    private void OnHeartbeat(SctpChunk chunk)
    {
        if (context.Block is not null && _reports++ < MaxReports)
            context.Control.Add(context.PeerTag, SctpChunk.Encode(ChunkType.HeartbeatAck, 0, chunk.Value));
    }

    private void OnHeartbeatAck(TimeSpan now, SctpChunk chunk)
    {
        if (context.Block is { } block && block.Heartbeat.OnAck(now, chunk) is { } rtt)
            block.Sender.Rto.OnSample(rtt);
    }

    private void OnAbort(SctpChunk chunk)
    {
        if (context.State == SctpState.Closed)
            return;
        handshake.Stop();
        context.Control.Clear();
        context.Close(SctpCloseReason.RemoteAbort, $"the peer aborted, {ErrorCause.Describe(chunk)}");
    }

    private void OnError(TimeSpan now, SctpChunk chunk)
    {
        var rest = chunk.Value;
        while (Parameter.TryRead(ref rest, out var cause))
        {
            if (cause.Type == ErrorCause.StaleCookie)
                handshake.OnStaleCookie(now);
        }
    }

    // The two highest bits of the type say what to do (section 3.2).
    private bool OnUnknown(SctpChunk chunk)
    {
        int type = (int)chunk.Type;
        if ((type & 0x40) != 0 && context.Block is not null && _reports++ < MaxReports)
            context.Control.Add(context.PeerTag, ErrorCause.Error(ErrorCause.UnrecognizedChunkType, chunk.Whole[..Math.Min(chunk.Whole.Length, 64)]));
        return (type & 0x80) != 0;
    }
}

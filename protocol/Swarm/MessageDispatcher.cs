using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>Decodes what neighbors send and hands it to the part that it is for. What breaks the rules costs the connection.</summary>
internal sealed class MessageDispatcher(
    SwarmContext context,
    Announcer announcer,
    BatchSource batches,
    RequestBook requests,
    UploadScheduler uploads,
    PeerExchange exchange,
    IDownloadScheduler downloads)
{
    /// <summary>How far beyond the newest known batch a chunk may be announced; what is farther is not noted.</summary>
    private const int AnnounceAhead = 256;

    /// <summary>Takes one message.</summary>
    public void Receive(TimeSpan now, Neighbor neighbor, bool onDataChannel, ReadOnlySpan<byte> message)
    {
        neighbor.LastHeard = now;
        bool ok = WireFormat.TryReadType(message, out MessageType type, out WireError error)
            && onDataChannel == (type == MessageType.Data)
            && neighbor.IsReady != (type == MessageType.Handshake);
        if (type != MessageType.Data || !ok)
        {
            context.Counter.ControlBytesReceived += message.Length;
            ok &= neighbor.MessageBudget.TryTake(now, 1);
        }
        else
        {
            context.Counter.ControlBytesReceived += Math.Min(message.Length, DataMessage.HeaderLength);
        }

        if (!ok || !Dispatch(now, neighbor, type, message, out error))
        {
            context.Drop(now, neighbor, error == WireError.Version ? DisconnectReason.Incompatible : DisconnectReason.ProtocolError);
        }
    }

    /// <summary>Takes a fragment that never was encoded.</summary>
    public void Receive(TimeSpan now, Neighbor neighbor, in DataFragment fragment)
    {
        neighbor.LastHeard = now;
        context.Counter.ControlBytesReceived += DataMessage.HeaderLength;
        if (neighbor.IsReady)
        {
            Received(now, neighbor, new DataMessage(fragment));
        }
        else
        {
            context.Drop(now, neighbor, DisconnectReason.ProtocolError);
        }
    }

    private bool Dispatch(TimeSpan now, Neighbor neighbor, MessageType type, ReadOnlySpan<byte> message, out WireError error)
    {
        switch (type)
        {
            case MessageType.Handshake:
                return HandshakeMessage.TryDecode(message, out HandshakeMessage handshake, out error) && Greeted(now, neighbor, handshake);
            case MessageType.Window:
                return WindowMessage.TryDecode(message, out WindowMessage window, out error) && Moved(now, neighbor, window);
            case MessageType.Have:
                return HaveMessage.TryDecode(message, out HaveMessage have, out error) && Announced(now, neighbor, have);
            case MessageType.Request:
                return RequestMessage.TryDecode(message, out RequestMessage request, out error) && Requested(now, neighbor, request);
            case MessageType.Cancel:
                return CancelMessage.TryDecode(message, out CancelMessage cancel, out error) && Canceled(neighbor, cancel);
            case MessageType.Data:
                return DataMessage.TryDecode(message, out DataMessage data, out error) && Received(now, neighbor, data);
            case MessageType.Integrity:
                return IntegrityMessage.TryDecode(message, out IntegrityMessage integrity, out error) && Integrity(now, neighbor, integrity);
            case MessageType.Choke:
                return ChokeMessage.TryDecode(message, out error) && Choked(now, neighbor, true);
            case MessageType.Unchoke:
                return UnchokeMessage.TryDecode(message, out error) && Choked(now, neighbor, false);
            case MessageType.Pex:
                return PexMessage.TryDecode(message, out PexMessage pex, out error) && Exchanged(now, neighbor, pex);
            case MessageType.Accept:
                return AcceptMessage.TryDecode(message, out AcceptMessage accept, out error) && Accepted(now, neighbor, accept);
            case MessageType.Reject:
                return RejectMessage.TryDecode(message, out RejectMessage reject, out error) && Rejected(now, neighbor, reject);
            case MessageType.Ping:
                return PingMessage.TryDecode(message, out PingMessage ping, out error) && Pinged(neighbor, ping);
            case MessageType.Pong:
                return PongMessage.TryDecode(message, out _, out error);
            case MessageType.Relay:
                return RelayMessage.TryDecode(message, out RelayMessage relay, out error) && Relayed(now, neighbor, relay);
            default:
                error = WireError.UnknownType;
                return false;
        }
    }

    private bool Greeted(TimeSpan now, Neighbor neighbor, HandshakeMessage handshake)
    {
        if (handshake.Swarm != context.Swarm || handshake.Peer != neighbor.Peer)
        {
            context.Drop(now, neighbor, DisconnectReason.Incompatible);
            return true;
        }

        neighbor.Capabilities = handshake.Capabilities;
        context.Neighbors.Suppliers[neighbor.Slot].Uploads = (handshake.Capabilities & Capabilities.Upload) != 0;
        neighbor.WindowStart = handshake.WindowStart;
        neighbor.BatchesBefore = handshake.BatchesBefore;
        context.Neighbors.MarkReady(neighbor);
        announcer.SendEverything(neighbor);
        downloads.Touch(now);
        return true;
    }

    private bool Moved(TimeSpan now, Neighbor neighbor, WindowMessage window)
    {
        if (!neighbor.WindowBudget.TryTake(now, 1))
        {
            return false;
        }

        context.Window.ForgetHolder(neighbor.Bit);
        neighbor.WindowStart = window.WindowStart;
        neighbor.BatchesBefore = window.BatchesBefore;
        announcer.SendEverything(neighbor);
        return true;
    }

    private bool Announced(TimeSpan now, Neighbor neighbor, in HaveMessage have)
    {
        ForgetBefore(neighbor, have.WindowStart);
        neighbor.BatchesBefore = have.BatchesBefore;
        ChunkId first = context.Window.Start;

        // What neighbors in front hold of a recording they say once, long before it is looked at here.
        long edge = context.Options.Recorded ? long.MaxValue : context.Ledger.LiveEdge.Value + AnnounceAhead;
        ChunkId last = new(Math.Min(context.Window.End.Value - 1, edge));
        bool isNews = false;
        for (int i = 0; i < have.RangeCount; i++)
        {
            ChunkRange range = have.RangeAt(i);
            ChunkId from = range.First > first ? range.First : first;
            ChunkId to = range.Last < last ? range.Last : last;
            isNews |= from <= to && context.Window.AddHolder(new ChunkRange(from, to), neighbor.Bit);
        }

        if (isNews)
        {
            downloads.Touch(now);
        }

        return true;
    }

    private void ForgetBefore(Neighbor neighbor, ChunkId start)
    {
        ChunkId end = start < context.Window.End ? start : context.Window.End;
        ChunkId from = neighbor.WindowStart > context.Window.Start ? neighbor.WindowStart : context.Window.Start;
        if (from < end)
        {
            context.Window.RemoveHolder(new ChunkRange(from, new ChunkId(end.Value - 1)), neighbor.Bit);
        }

        neighbor.WindowStart = start;
    }

    private bool Requested(TimeSpan now, Neighbor neighbor, RequestMessage request)
    {
        uploads.Requested(now, neighbor, request);
        return true;
    }

    private bool Canceled(Neighbor neighbor, CancelMessage cancel)
    {
        uploads.Canceled(neighbor, cancel.Request);
        return true;
    }

    private bool Received(TimeSpan now, Neighbor neighbor, in DataMessage data)
    {
        context.Counter.BesidesMediaWireBytes += WireCost.Acknowledgments(DataMessage.HeaderLength + data.Payload.Length);
        if (requests.Received(now, neighbor, data))
        {
            downloads.Touch(now);
        }

        return true;
    }

    private bool Integrity(TimeSpan now, Neighbor neighbor, in IntegrityMessage integrity)
    {
        batches.AddFromNeighbor(now, neighbor, integrity);
        return true;
    }

    private bool Choked(TimeSpan now, Neighbor neighbor, bool isChoked)
    {
        context.Neighbors.Suppliers[neighbor.Slot].ChokesUs = isChoked;
        downloads.Touch(now);
        return true;
    }

    private bool Exchanged(TimeSpan now, Neighbor neighbor, in PexMessage pex)
    {
        exchange.Received(now, neighbor, pex);
        return true;
    }

    private bool Accepted(TimeSpan now, Neighbor neighbor, AcceptMessage accept)
    {
        requests.Accepted(now, neighbor, accept);
        return true;
    }

    private bool Rejected(TimeSpan now, Neighbor neighbor, RejectMessage reject)
    {
        requests.Rejected(now, neighbor, reject);
        downloads.Touch(now);
        return true;
    }

    private bool Pinged(Neighbor neighbor, PingMessage ping)
    {
        context.Send(neighbor, new PongMessage(ping.Token).Encode());
        return true;
    }

    private bool Relayed(TimeSpan now, Neighbor neighbor, in RelayMessage relay)
    {
        exchange.Relayed(now, neighbor, relay);
        return true;
    }
}

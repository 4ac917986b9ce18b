using System.Buffers.Binary;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Sctp;

/// <summary>Resets of streams, asked by us and by the peer (RFC 6525, section 5).</summary>
internal sealed class StreamResetHandler(
    AssociationParameters parameters, SendQueue queue, DataSender sender, DataReceiver receiver, ISctpObserver observer)
{
    private readonly SortedSet<ushort> _wanted = [];
    private readonly Queue<byte[]> _responses = new();
    private uint _nextRequest = parameters.LocalInitialTsn;
    private uint _lastPeerRequest = parameters.PeerInitialTsn - 1;
    private ReconfigResult _lastResult = ReconfigResult.NothingToDo;
    private PendingPeerReset? _deferred;
    private ushort[] _inFlight = [];
    private byte[]? _request;
    private uint _lastTsn;
    private bool _requestDue;
    private bool _isInProgress;
    private bool _wasAskedAfterData;

    /// <summary>When the request is to be repeated.</summary>
    public TimeSpan? NextDeadline { get; private set; }

    /// <summary>Repetitions of the present request that nobody answered.</summary>
    public int Unanswered { get; private set; }

    /// <summary>Wants a stream of ours reset once its queue is empty.</summary>
    public void Reset(ushort streamId)
    {
        queue.BeginReset(streamId);
        _wanted.Add(streamId);
    }

    /// <summary>Takes a RE-CONFIG chunk.</summary>
    public void OnReconfig(TimeSpan now, SctpChunk chunk)
    {
        var rest = chunk.Value;
        // A chunk carries two parameters at most (section 3.1).
        for (int i = 0; i < 2 && Parameter.TryRead(ref rest, out var parameter); i++)
        {
            if (parameter.Type == ReconfigChunk.Response)
                OnResponse(now, parameter.Value);
            else if (parameter.Type is >= ReconfigChunk.OutgoingResetRequest and <= ReconfigChunk.AddIncomingStreamsRequest)
                OnRequest(parameter.Type, parameter.Value);
        }
    }

    /// <summary>Performs the peer's reset when the data before it has come.</summary>
    public void OnDataReceived()
    {
        if (_deferred is not { } deferred || SerialNumber.IsBefore(receiver.CumulativeTsn, deferred.LastTsn))
            return;
        _deferred = null;
        Perform(deferred.Streams);
        Respond(_lastPeerRequest);
    }

    public void Tick(TimeSpan now)
    {
        if (!(NextDeadline <= now))
            return;
        NextDeadline = null;
        _requestDue = true;
        // Who answers that it waits for data is there: the repetition is no sign of a dead peer (section 5.2.7).
        if (!_isInProgress)
        {
            Unanswered++;
            return;
        }

        if (!_wasAskedAfterData)
            return;
        // The same number again had to come first: a peer that has performed the reset answers it so, and a new number would
        // reset what the peer may have opened anew. But some (dcsctp of 2021 to 2025) answer a number that they know as they did
        // the first time, for ever: those need a new one.
        _nextRequest++;
        Encode();
    }

    /// <summary>The packets take another path: an unanswered request does not wait for a timer that backed off on the old one.</summary>
    public void OnPathChanged()
    {
        if (Unanswered == 0)
            return;
        Unanswered = 0;
        NextDeadline = null;
        _requestDue = true;
    }

    /// <summary>Adds responses and the request, when its time has come.</summary>
    public void Fill(TimeSpan now, ref PacketBuilder packet)
    {
        while (_responses.TryPeek(out var response) && response.Length <= packet.Remaining)
            packet.AppendEncoded(_responses.Dequeue());
        if (_request is null)
            BeginRequest();
        if (_request is null || !_requestDue || _request.Length > packet.Remaining)
            return;
        packet.AppendEncoded(_request);
        _requestDue = false;
        _isInProgress = false;
        _wasAskedAfterData = !SerialNumber.IsBefore(sender.CumulativeTsn, _lastTsn);
        NextDeadline = now + sender.Rto.After(Unanswered);
    }

    private void BeginRequest()
    {
        if (_wanted.Count == 0)
            return;
        List<ushort> streams = [];
        foreach (var id in _wanted)
        {
            if (queue.IsDrained(id) && streams.Count < ReconfigChunk.MaxStreams)
                streams.Add(id);
        }

        if (streams.Count == 0)
            return;
        _wanted.ExceptWith(streams);
        _inFlight = [.. streams];
        if (!parameters.PeerSupportsReconfig)
        {
            Finish(performed: false);
            return;
        }

        _lastTsn = sender.NextTsn - 1;
        Encode();
        _requestDue = true;
        Unanswered = 0;
    }

    private void Encode() => _request = ReconfigChunk.EncodeRequest(_nextRequest, _lastPeerRequest, _lastTsn, _inFlight);

    private void OnResponse(TimeSpan now, ReadOnlySpan<byte> value)
    {
        if (value.Length < 8 || _request is null || BinaryPrimitives.ReadUInt32BigEndian(value) != _nextRequest)
            return;
        Unanswered = 0;
        var result = (ReconfigResult)BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
        if (result is ReconfigResult.InProgress or ReconfigResult.RequestInProgress)
        {
            // The peer waits for data of ours: ask again.
            _isInProgress = true;
            NextDeadline = now + sender.Rto.Rto;
            return;
        }

        Finish(result is ReconfigResult.Performed or ReconfigResult.NothingToDo);
    }

    private void Finish(bool performed)
    {
        var streams = _inFlight;
        if (_request is not null)
            _nextRequest++;
        _request = null;
        _requestDue = false;
        _inFlight = [];
        NextDeadline = null;
        foreach (var id in streams)
        {
            queue.EndReset(id, performed);
            observer.OnOutgoingStreamReset(id, performed);
        }
    }

    private void OnRequest(ushort type, ReadOnlySpan<byte> value)
    {
        if (value.Length < 4)
            return;
        uint number = BinaryPrimitives.ReadUInt32BigEndian(value);
        if (number == _lastPeerRequest)
        {
            Respond(number);
            return;
        }

        if (number != _lastPeerRequest + 1)
        {
            Enqueue(ReconfigChunk.EncodeResponse(number, ReconfigResult.BadSequenceNumber));
            return;
        }

        _lastPeerRequest = number;
        _deferred = null;
        if (type == ReconfigChunk.OutgoingResetRequest && value.Length >= 12)
            OnOutgoingReset(value);
        else
            _lastResult = ReconfigResult.Denied;
        Respond(number);
    }

    private void OnOutgoingReset(ReadOnlySpan<byte> value)
    {
        uint lastTsn = BinaryPrimitives.ReadUInt32BigEndian(value[8..]);
        var streams = new ushort[(value.Length - 12) / 2];
        for (int i = 0; i < streams.Length; i++)
            streams[i] = BinaryPrimitives.ReadUInt16BigEndian(value[(12 + (2 * i))..]);
        if (SerialNumber.IsAfter(lastTsn, receiver.CumulativeTsn))
        {
            _deferred = new PendingPeerReset(lastTsn, streams);
            _lastResult = ReconfigResult.InProgress;
            return;
        }

        Perform(streams);
    }

    private void Perform(ushort[] streams)
    {
        _lastResult = ReconfigResult.Performed;
        receiver.ResetStreams(streams);
    }

    private void Respond(uint number) => Enqueue(ReconfigChunk.EncodeResponse(number, _lastResult));

    private void Enqueue(byte[] response)
    {
        // A peer that floods requests gets the last answers only; it repeats what it still wants.
        if (_responses.Count >= 4)
            _responses.Dequeue();
        _responses.Enqueue(response);
    }

    private sealed record PendingPeerReset(uint LastTsn, ushort[] Streams);
}

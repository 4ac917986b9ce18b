using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Sctp;

/// <summary>The receiving half of an established association: TSNs, reassembly, and when to send a SACK.</summary>
internal sealed class DataReceiver
{
    private const int PromptPackets = 3;
    private readonly SctpOptions _options;
    private readonly AssociationParameters _parameters;
    private readonly ISctpObserver _observer;
    private readonly ReceiveTracker _tracker;
    private readonly ReceiveWindow _window;
    private readonly ReassemblyQueue _reassembly;
    private int _newBytes;
    private int _packetsSinceSack;
    private int _bytesSinceSack;
    private bool _sackNow;
    private bool _packetHasData;
    private bool _hasSentSack;
    private bool _isDisordered;
    private bool _wasDisordered;
    private int _gaps;
    private int _promptPackets;

    public DataReceiver(SctpOptions options, AssociationParameters parameters, ISctpObserver observer, RtoEstimator rto)
    {
        _options = options;
        _parameters = parameters;
        _observer = observer;
        _tracker = new ReceiveTracker(parameters.PeerInitialTsn, options.MaxGapBlocks);
        _window = new ReceiveWindow(options, rto);
        _reassembly = new ReassemblyQueue(options, parameters.PeerInitialTsn, _window, observer);
    }

    public uint CumulativeTsn => _tracker.CumulativeTsn;

    public long BufferedBytes => _reassembly.BufferedBytes;

    /// <summary>When a delayed SACK is due.</summary>
    public TimeSpan? NextDeadline { get; private set; }

    /// <summary>Takes a DATA chunk.</summary>
    public ReassemblyResult OnData(in DataChunk chunk)
    {
        _packetHasData = true;
        _sackNow |= chunk.WantsImmediateSack;
        var kind = _tracker.Classify(chunk.Tsn);
        if (kind != ArrivalKind.New)
        {
            _isDisordered = true;
            return ReassemblyResult.Accepted;
        }

        bool isNext = chunk.Tsn == _tracker.CumulativeTsn + 1;
        bool hadGaps = _tracker.HasGaps;
        var result = _reassembly.Add(chunk, isNext);
        if (result == ReassemblyResult.Accepted)
        {
            _tracker.Add(chunk.Tsn);
            if (isNext)
                _reassembly.AdvanceTo(_tracker.CumulativeTsn);
            _newBytes += chunk.Payload.Length;
        }

        _isDisordered |= hadGaps || _tracker.HasGaps || result != ReassemblyResult.Accepted;
        return result;
    }

    /// <summary>A packet has been taken to its end: decides about the SACK (RFC 9260, section 6.2).</summary>
    public void OnPacketEnd(TimeSpan now)
    {
        if (!_packetHasData)
            return;
        _packetHasData = false;
        _window.OnReceived(now, _newBytes);
        _packetsSinceSack++;
        _bytesSinceSack += _newBytes;
        _newBytes = 0;
        // The first SACK goes at once, so that the peer measures its round trip early. Packets of a few bytes do not make the
        // second packet for which a SACK is due: a SACK for each pair of them would be as large as they are.
        int spacing = _options.SackSpacing.OnPacket(now);
        _sackNow |= IsDisorderUrgent(spacing);
        if ((_packetsSinceSack >= spacing && _bytesSinceSack >= _options.MaxPacketSize) || !_hasSentSack)
            _sackNow = true;
        NextDeadline ??= now + _options.SackDelay;
    }

    // Gaps and duplicates are told at once, each time (section 6.7). Where SACKs are to be few, what is new about them is told
    // three times, from which the peer knows a loss from reordering. While the gap stays there is nothing more to learn, and a
    // SACK for each packet of a round trip would fill the line.
    private bool IsDisorderUrgent(int spacing)
    {
        int gaps = _tracker.Gaps.Length;
        if (_isDisordered && (gaps != _gaps || !_wasDisordered))
            _promptPackets = PromptPackets;
        bool isUrgent = _isDisordered && (spacing == SackSpacing.Least || _promptPackets-- > 0);
        _gaps = gaps;
        _wasDisordered = _isDisordered;
        _isDisordered = false;
        return isUrgent;
    }

    /// <summary>Takes FORWARD TSN (RFC 3758, section 3.6).</summary>
    public void OnForwardTsn(in ForwardTsnChunk chunk)
    {
        _sackNow = true;
        if (!SerialNumber.IsAfter(chunk.NewCumulativeTsn, _tracker.CumulativeTsn))
            return;
        _tracker.Forward(chunk.NewCumulativeTsn);
        _reassembly.DropUpTo(chunk.NewCumulativeTsn);
        _reassembly.AdvanceTo(_tracker.CumulativeTsn);
        for (int i = 0; i < chunk.SkippedCount; i++)
        {
            var (streamId, ssn) = chunk.Skipped(i);
            if (streamId < _parameters.InboundStreams)
                _reassembly.SkipTo(streamId, ssn);
        }
    }

    /// <summary>The peer's streams begin anew; none named means all.</summary>
    public void ResetStreams(ReadOnlySpan<ushort> streams)
    {
        if (streams.IsEmpty)
            streams = _reassembly.UsedStreams();
        foreach (var streamId in streams)
        {
            _reassembly.ResetStream(streamId);
            _observer.OnStreamReset(streamId);
        }
    }

    /// <summary>Asks for a SACK with the next packet.</summary>
    public void RequestSack() => _sackNow = true;

    /// <summary>What has arrived is not acknowledged: a SACK is due or waits for data to ride with.</summary>
    public bool OwesSack => _sackNow || NextDeadline is not null;

    /// <summary>A SACK must not wait any longer.</summary>
    public bool MustSack(TimeSpan now) => _sackNow || NextDeadline <= now;

    /// <summary>Adds a SACK to a packet, which counts once <see cref="OnSackSent"/> says that the packet goes out.</summary>
    /// <returns><see langword="false"/> when it has no room.</returns>
    public bool TryFill(ref PacketBuilder packet)
    {
        if (packet.Remaining < SackChunk.FixedSize + 4)
            return false;
        long window = Math.Max(0, _window.Size - _reassembly.BufferedBytes);
        SackChunk.Write(ref packet, _tracker.CumulativeTsn, (uint)window, _tracker.Gaps, _tracker.Duplicates);
        return true;
    }

    /// <summary>The SACK that was added last goes out.</summary>
    public void OnSackSent()
    {
        _tracker.ClearDuplicates();
        _sackNow = false;
        _hasSentSack = true;
        _packetsSinceSack = 0;
        _bytesSinceSack = 0;
        NextDeadline = null;
    }
}

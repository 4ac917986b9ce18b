using Peercast.WebRtc.Sctp.Chunks;
using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Sctp;

/// <summary>
/// The sending half of an established association: fragments messages into DATA chunks, as far as the window lets it, and
/// repairs losses (RFC 9260, sections 6 and 7; RFC 8985; RFC 3758).
/// </summary>
internal sealed class DataSender
{
    // A message is not cut to fill a smaller rest of a packet than this: headers would outweigh the gain.
    private const int MinFragment = 256;
    private readonly SctpOptions _options;
    private readonly SendQueue _queue;
    private readonly DeliveryRateEstimator _delivery = new();
    private readonly OutstandingData _data;
    private readonly RackLossDetector _rack;
    private readonly RetransmissionTimers _timers;
    private readonly ForwardTsnSender? _forward;
    private readonly SendWindow _window;
    private readonly LineTurn _turn;
    private readonly LossRecovery _recovery = new();
    private readonly ImmediateSackPolicy _immediateSack;
    private readonly int _packetPayload;
    private bool _mayIgnoreWindow;

    public DataSender(SctpOptions options, SendQueue queue, AssociationParameters parameters, Func<ICongestionControl> createCongestion)
    {
        _options = options;
        _queue = queue;
        _packetPayload = options.MaxFragment;
        _data = new OutstandingData(parameters.LocalInitialTsn, queue, _delivery);
        Rto = new RtoEstimator(options);
        _rack = new RackLossDetector(Rto);
        _timers = new RetransmissionTimers(Rto, options.PeerSackDelay);
        _immediateSack = new ImmediateSackPolicy(_packetPayload);
        _window = new SendWindow(options, Rto, _data, _delivery, createCongestion) { PeerWindow = parameters.PeerWindow };
        _turn = new LineTurn(options.SendRateBound, _packetPayload);
        _forward = parameters.PeerSupportsForwardTsn ? new ForwardTsnSender(_data, queue, _timers) : null;
    }

    public RtoEstimator Rto { get; }

    /// <summary>Time-outs in a row without a sign of the peer.</summary>
    public int ConsecutiveTimeouts { get; private set; }

    /// <summary>How often the retransmission timer expired.</summary>
    public int Timeouts { get; private set; }

    /// <summary>DATA chunks sent again.</summary>
    public int Retransmissions { get; private set; }

    public uint NextTsn => _data.NextTsn;

    /// <summary>Everything up to this TSN is acknowledged.</summary>
    public uint CumulativeTsn => _data.CumulativeTsn;

    public int FlightBytes => _data.FlightBytes;

    /// <summary>How much may be in flight, and how fast.</summary>
    public ICongestionControl Congestion => _window.Congestion;

    /// <summary>All that was sent is acknowledged or given up.</summary>
    public bool IsIdle => _data.Count == 0;

    public TimeSpan? NextDeadline => Deadline.Earlier(
        Deadline.Earlier(_timers.NextDeadline, _rack.Deadline), Deadline.Earlier(_window.NextDeadline, _turn.NextDeadline));

    /// <summary>Bytes on the line that were booked on <see cref="SctpOptions.SendRateBound"/> and have gone since the last call.</summary>
    public int TakeBooked() => _turn.TakeSent();

    /// <summary>Takes a SACK, or the cumulative TSN of a SHUTDOWN.</summary>
    public void OnSack(TimeSpan now, in SackChunk sack)
    {
        if (SerialNumber.IsBefore(sack.CumulativeTsn, _data.CumulativeTsn) || !SerialNumber.IsBefore(sack.CumulativeTsn, _data.NextTsn))
            return;
        var acknowledged = _data.Acknowledge(sack);
        _window.PeerWindow = sack.ReceiverWindow;
        if (acknowledged.HasAny || sack.ReceiverWindow == 0)
            ConsecutiveTimeouts = 0;
        if (acknowledged.HasAny)
            _delivery.OnDelivered(now, acknowledged);
        if (acknowledged.TellsRoundTrip)
            Rto.OnSample(now - acknowledged.LatestSentAt);
        _rack.OnAcknowledged(now, acknowledged);
        if (sack.DuplicateCount > 0)
        {
            _rack.OnDuplicateReported(_data.CumulativeTsn, _data.NextTsn);
            if (_recovery.OnDuplicates(sack.DuplicateCount))
                Congestion.OnSpuriousRecovery(now);
        }

        if (_recovery.TryEnd(_data.CumulativeTsn))
            _rack.OnRecoveryEnded();
        if (_recovery.TryTakeProbeRepair(_data.CumulativeTsn))
            Congestion.OnRecovery(now);
        if (acknowledged.HasAdvanced || acknowledged.HasAny)
            _timers.OnAcknowledged(now, _data, acknowledged.HasAdvanced);
        DetectLosses(now);
        if (acknowledged.HasAny)
        {
            Congestion.OnAcknowledged(
                _delivery.Sample(now, acknowledged, _data.FlightBytes, Rto, _window.IsHeldBack, _recovery.IsActive));
        }

        _forward?.OnSack();
    }

    public void Tick(TimeSpan now)
    {
        _window.Tick(now);
        _turn.Tick(now);
        if (_timers.RetransmissionDue(now))
            OnTimeout(now);
        else if (_rack.Deadline <= now)
            DetectLosses(now);
        _timers.Tick(now, _data, canProbe: !_recovery.IsActive && _data.LostCount == 0);
    }

    /// <summary>
    /// The packets take another path: what was measured of the old one means nothing (RFC 9000, section 9.4), and nothing waits for a timer that backed off on it.
    /// </summary>
    public void OnPathChanged(TimeSpan now)
    {
        _window.OnPathChanged();
        Rto.Reset();
        if (ConsecutiveTimeouts > 0)
        {
            _data.MarkAllLost();
            _recovery.Begin(_data.NextTsn - 1);
            ConsecutiveTimeouts = 0;
        }

        _timers.OnPathChanged(now, _data);
    }

    /// <summary>Adds what may be sent now: FORWARD TSN, retransmissions, new data.</summary>
    public void Fill(TimeSpan now, ref PacketBuilder packet)
    {
        _forward?.Fill(ref packet);
        bool retransmitted = Retransmit(now, ref packet);
        if (_timers.ProbePending && !retransmitted)
            FillProbe(now, ref packet);
        else
            FillNew(now, ref packet, mayIgnoreCongestion: false);
        if (retransmitted)
            _mayIgnoreWindow = false;
    }

    private bool Retransmit(TimeSpan now, ref PacketBuilder packet)
    {
        bool any = false;
        while (_data.TryGetLost(out uint tsn))
        {
            ref var chunk = ref _data[tsn];
            if (_forward is not null && ForwardTsnSender.IsOver(now, chunk))
            {
                _forward.Abandon(now, chunk.Message);
                _forward.Fill(ref packet);
                continue;
            }

            if (DataChunk.HeaderSize + chunk.Length > packet.Remaining || !_window.MaySend(now, chunk.Length, _mayIgnoreWindow))
                break;
            _data.Transmit(now, tsn);
            bool isStuck = _window.IsFull;
            bool isLast = _data.LostCount == 0;
            bool asks = _immediateSack.Asks(now, chunk.Length, isLast || isStuck, isStuck && !isLast ? _data.FlightBytes : null);
            chunk.Write(ref packet, tsn, asks);
            _window.OnSent(chunk.Length);
            _timers.OnSent(now, _data, restart: tsn == _data.CumulativeTsn + 1, answerMayWait: false);
            _recovery.OnRetransmitted();
            Retransmissions++;
            any = true;
        }

        return any;
    }

    private bool FillNew(TimeSpan now, ref PacketBuilder packet, bool mayIgnoreCongestion)
    {
        bool any = false;
        while (_data.Count < _options.MaxOutstandingChunks && _data.LostCount == 0)
        {
            var message = _queue.Next(now, _forward is not null, out var cut);
            if (cut is not null)
            {
                _forward!.AbandonRest(now, cut);
                continue;
            }

            // A message that waits for its turn on the line is none that waits for congestion control.
            if (message is not null && !_turn.Has(now, message))
            {
                if (message.Sent == 0 && _queue.TryYield(_packetPayload))
                    continue;
                message = null;
            }

            if (message is null)
                _window.OnNothingToSend();
            int room = Math.Min(packet.Remaining - DataChunk.HeaderSize, _packetPayload);
            if (message is null || room <= 0)
                break;
            int left = message.Length - message.Sent, length = Math.Min(left, room);
            if ((length < left && length < MinFragment) || !_window.MaySend(now, length, mayIgnoreCongestion))
                break;
            int offset = message.Sent;
            _turn.OnSent(message, length);
            _queue.Take(message, length);
            uint tsn = _data.Add(now, message, offset, length);
            bool isStuck = _window.IsFull, isLast = isStuck || _queue.Front is not { } next || !_turn.Has(now, next);
            bool asks = _immediateSack.Asks(now, length, isLast, isStuck ? _data.FlightBytes : null), mayWait = isLast && !isStuck && !asks;
            _data[tsn].Write(ref packet, tsn, asks);
            _data[tsn].AnswerMayWait = mayWait;
            _window.OnSent(length);
            _timers.OnSent(now, _data, restart: false, mayWait);
            any = true;
        }

        return any;
    }

    // A tail loss probe (RFC 8985, section 7): new data if there is any, else the last chunk again.
    private void FillProbe(TimeSpan now, ref PacketBuilder packet)
    {
        if (FillNew(now, ref packet, mayIgnoreCongestion: true))
        {
            _timers.OnProbeSent();
            return;
        }

        uint tsn = _data.NextTsn - 1;
        while (SerialNumber.IsAfter(tsn, _data.CumulativeTsn) && _data[tsn].State != OutstandingState.InFlight)
            tsn--;
        if (!SerialNumber.IsAfter(tsn, _data.CumulativeTsn))
        {
            _timers.OnProbeSent();
            return;
        }

        ref var chunk = ref _data[tsn];
        if (DataChunk.HeaderSize + chunk.Length > packet.Remaining)
            return;
        chunk.Write(ref packet, tsn, immediate: true);
        _data.Transmit(now, tsn);
        _timers.OnProbeSent();
        _recovery.OnProbeRepeated(_data.NextTsn);
        _immediateSack.OnLost(now);
        Retransmissions++;
    }

    private void DetectLosses(TimeSpan now)
    {
        bool any = false;
        while (_rack.TryGetLost(now, _data, _recovery.IsActive, out uint tsn))
        {
            _data.MarkLost(tsn);
            Congestion.OnLost(_delivery.OnLost(now, _data[tsn]));
            any = true;
        }

        if (any)
            _immediateSack.OnLost(now);
        if (!any || _recovery.IsActive)
            return;
        _recovery.Begin(_data.NextTsn - 1);
        Congestion.OnRecovery(now);
        // The first retransmission does not wait for the flight to shrink below the new window (section 7.2.4, rule 3).
        _mayIgnoreWindow = true;
    }

    private void OnTimeout(TimeSpan now)
    {
        Timeouts++;
        _immediateSack.OnLost(now);
        ConsecutiveTimeouts++;
        // A closed window is no congestion.
        if (_window.PeerWindow > 0 || ConsecutiveTimeouts > 1)
            Congestion.OnTimeout(now);
        _data.MarkAllLost();
        _recovery.Begin(_data.NextTsn - 1);
        Rto.BackOff();
        _timers.OnTimeout(now, _data);
        _forward?.OnTimeout();
    }
}

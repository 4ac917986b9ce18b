namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// Congestion control by a model of the path, BBR (draft-ietf-ccwg-bbr): the rate that it delivers and its round-trip time
/// without queues say how much belongs in flight. Losses count only where there are many of them, so that a
/// path with noise on it keeps its rate.
/// </summary>
internal sealed class BbrCongestionControl : ICongestionControl
{
    private readonly int _packetSize;
    private readonly int _maxWindow;
    private readonly double _initialWindow;
    private readonly RoundCounter _round = new();
    private readonly BandwidthFilter _bandwidth = new();
    private readonly MinRttFilter _minRtt = new();
    private readonly FullPipeDetector _fullPipe = new();
    private readonly AggregationFilter _aggregation = new();
    private readonly ShortTermBounds _shortTerm = new();
    private readonly FlightCeiling _ceiling;
    private readonly ProbeClock _probeClock;
    private BbrState _state = BbrState.Startup;
    private double _window;
    private double _priorWindow;
    private double _pacingRate;
    private double _pacingGain = BbrParameters.StartupPacingGain;
    private bool _hasFilledPipe;
    private long _drainStartRound;
    private AckPhase _ackPhase = AckPhase.None;
    private bool _isProbeSample;
    private bool _probeWasTooHigh;
    private bool _probeWasCautious;
    private bool _isIdleRestart;
    private bool _inRecovery;
    private TimeSpan _latestRtt;
    private TimeSpan? _probeRttEnd;
    private bool _probeRttRoundDone;
    private int _startupLosses;

    /// <param name="packetSize">Payload bytes of a full packet.</param>
    /// <param name="maxWindow">The bound of the window, in bytes.</param>
    /// <param name="random">Spreads probes, so that flows do not probe in step.</param>
    public BbrCongestionControl(int packetSize, int maxWindow, Random random)
    {
        _packetSize = packetSize;
        _maxWindow = maxWindow;
        _initialWindow = _window = 10.0 * packetSize;
        _ceiling = new FlightCeiling(packetSize);
        _probeClock = new ProbeClock(random);
    }

    public int Window => (int)Math.Min(_window, _maxWindow);

    /// <summary>Where the cycle stands.</summary>
    public BbrState State => _state;

    /// <summary>The estimate of the path's rate, in bytes per second.</summary>
    public double Bandwidth => Math.Min(_bandwidth.Maximum, _shortTerm.Rate);

    /// <summary>The estimate of the round-trip time without queues.</summary>
    public TimeSpan MinRtt => _minRtt.Minimum;

    private double MinWindow => BbrParameters.MinPackets * _packetSize;

    private double BandwidthDelayProduct =>
        _minRtt.Minimum == TimeSpan.MaxValue ? _initialWindow : Bandwidth * _minRtt.Minimum.TotalSeconds;

    private double TargetFlight => Math.Min(BandwidthDelayProduct, _window);

    private bool IsInCycle => _state is BbrState.Down or BbrState.Cruise or BbrState.Refill or BbrState.Up;

    private bool IsProbing => _state is BbrState.Startup or BbrState.Refill or BbrState.Up;

    // Losses while nothing waits in a queue are noise, unless there are very many.
    private bool HasQueue => _latestRtt - _minRtt.Minimum > _minRtt.Minimum * BbrParameters.QueueShare;

    private double LossThreshold => HasQueue ? BbrParameters.LossThreshold : BbrParameters.NoiseThreshold;

    public double PacingRate(TimeSpan rtt)
    {
        if (_pacingRate == 0)
            return BbrParameters.StartupPacingGain * _initialWindow / Math.Max(rtt.TotalSeconds, 1e-3);
        return _pacingRate;
    }

    public void OnRestartFromIdle(TimeSpan now)
    {
        _isIdleRestart = true;
        _aggregation.OnRestartFromIdle(now);
        if (IsInCycle)
            SetPacingRate(1);
        else if (_state == BbrState.ProbeRtt)
            CheckProbeRttDone(now);
    }

    public void OnAcknowledged(in DeliverySample sample)
    {
        if (_inRecovery && !sample.InRecovery)
            _window = Math.Max(_window, _priorWindow);
        _inRecovery = sample.InRecovery;
        _latestRtt = sample.Rtt ?? _latestRtt;

        _shortTerm.OnSample(sample);
        _round.OnSample(sample);
        _bandwidth.OnSample(sample.Rate, sample.IsApplicationLimited);
        _shortTerm.Adapt(IsProbing, _bandwidth.Maximum, _window);
        _aggregation.OnSample(sample, Bandwidth, _window, _round.Count);
        if (_round.IsStart && _state != BbrState.ProbeRtt)
            _fullPipe.OnRound(sample);
        CheckStartupDone(sample);
        if (_state == BbrState.Drain && (sample.Flight <= Inflight(1) || _round.Count > _drainStartRound + 3))
            BeginDown(sample.Now);
        AdvanceCycle(sample);
        CheckProbeRtt(sample);
        _shortTerm.OnSampleEnd(sample);
        if (_round.IsStart)
            _startupLosses = 0;
        SetPacingRate(_pacingGain);
        SetWindow(sample);
    }

    public void OnLost(in LossSample loss)
    {
        _shortTerm.OnLost(loss, HasQueue);
        _startupLosses++;
        if (!_isProbeSample || loss.LostSinceSend <= loss.FlightAtSend * LossThreshold)
            return;
        // At which volume did the losses cross the threshold? Somewhere within this chunk.
        double flightBefore = loss.FlightAtSend - loss.Bytes, lostBefore = loss.LostSinceSend - loss.Bytes;
        double prefix = ((LossThreshold * flightBefore) - lostBefore) / (1 - LossThreshold);
        OnFlightTooHigh(loss.Now, flightBefore + Math.Max(0, prefix), loss.IsApplicationLimited);
    }

    public void OnRecovery(TimeSpan now) => SaveWindow();

    public void OnTimeout(TimeSpan now)
    {
        SaveWindow();
        _inRecovery = true;
        _window = _packetSize;
    }

    public void OnSpuriousRecovery(TimeSpan now)
    {
        _window = Math.Max(_window, _priorWindow);
        _shortTerm.Reset();
    }

    private double Inflight(double gain)
    {
        double bytes = Math.Max(gain * BandwidthDelayProduct, MinWindow);
        return _state == BbrState.Up ? bytes + (2 * _packetSize) : bytes;
    }

    private void SaveWindow() =>
        _priorWindow = !_inRecovery && _state != BbrState.ProbeRtt ? _window : Math.Max(_priorWindow, _window);

    private void CheckStartupDone(in DeliverySample sample)
    {
        if (_state != BbrState.Startup)
            return;
        bool losesMuch = _round.IsStart && sample.InRecovery && _startupLosses >= BbrParameters.StartupLosses
            && sample.IntervalLost > sample.FlightAtSend * LossThreshold;
        if (losesMuch)
            _ceiling.Lower(Math.Max(BandwidthDelayProduct, _shortTerm.LatestFlight));
        if (!losesMuch && !_fullPipe.IsFull)
            return;
        _hasFilledPipe = true;
        _state = BbrState.Drain;
        _pacingGain = BbrParameters.DrainPacingGain;
        _drainStartRound = _round.Count;
    }

    private void AdvanceCycle(in DeliverySample sample)
    {
        if (!_hasFilledPipe || AdaptToFeedback(sample))
            return;
        switch (_state)
        {
            case BbrState.Down when IsTimeToProbe(sample.Now):
            case BbrState.Cruise when IsTimeToProbe(sample.Now):
                BeginRefill();
                break;
            case BbrState.Down when sample.Flight <= _ceiling.WithHeadroom && sample.Flight <= Inflight(1):
                BeginCruise();
                break;
            case BbrState.Refill when _round.IsStart:
                _isProbeSample = true;
                BeginUp(sample);
                break;
            case BbrState.Up when IsTimeToGoDown(sample):
                _probeWasTooHigh = false;
                BeginDown(sample.Now);
                break;
        }
    }

    // Section 5.3.3.6: follows the answers to a probe.
    private bool AdaptToFeedback(in DeliverySample sample)
    {
        if (_ackPhase == AckPhase.ProbeStarting && _round.IsStart)
            _ackPhase = AckPhase.ProbeFeedback;
        if (_ackPhase == AckPhase.ProbeStopping && _round.IsStart)
        {
            _isProbeSample = false;
            _ackPhase = AckPhase.None;
            if (IsInCycle && !sample.IsApplicationLimited)
                _bandwidth.Advance();
            if (IsInCycle && _probeWasCautious && !_probeWasTooHigh)
            {
                BeginRefill();
                return true;
            }
        }

        if (sample.IntervalLost > sample.FlightAtSend * LossThreshold)
            return false;
        _ceiling.RaiseTo(sample.FlightAtSend);
        if (_state == BbrState.Up && sample.IsWindowLimited && _window >= _ceiling.Value)
        {
            _ceiling.Climb(sample.Acknowledged);
            if (_round.IsStart)
                _ceiling.Steepen(_window);
        }

        return false;
    }

    private bool IsTimeToProbe(TimeSpan now) => _probeClock.IsDue(now, _round.Count, TargetFlight / _packetSize);

    private bool IsTimeToGoDown(in DeliverySample sample)
    {
        if (_probeWasTooHigh && sample.Flight >= _ceiling.Value)
        {
            _probeWasCautious = true;
            return true;
        }

        if (sample.IsWindowLimited && _window >= _ceiling.Value)
        {
            _fullPipe.Reset(sample.Rate);
            return false;
        }

        return _fullPipe.IsFull;
    }

    private void OnFlightTooHigh(TimeSpan now, double flight, bool isApplicationLimited)
    {
        _probeWasTooHigh = true;
        _isProbeSample = false;
        if (!isApplicationLimited)
            _ceiling.Lower(Math.Max(flight, TargetFlight * BbrParameters.Beta));
        if (_state == BbrState.Up)
            BeginDown(now);
    }

    private void BeginDown(TimeSpan now)
    {
        _shortTerm.ResetRound();
        _probeClock.Restart(now, _round.Count);
        _ackPhase = AckPhase.ProbeStopping;
        _round.Restart();
        _state = BbrState.Down;
        _pacingGain = BbrParameters.DownPacingGain;
    }

    private void BeginCruise()
    {
        _state = BbrState.Cruise;
        _pacingGain = 1;
    }

    private void BeginRefill()
    {
        _shortTerm.Reset();
        _ceiling.BeginProbe();
        _probeWasCautious = false;
        _ackPhase = AckPhase.Refilling;
        _round.Restart();
        _state = BbrState.Refill;
        _pacingGain = 1;
    }

    private void BeginUp(in DeliverySample sample)
    {
        _ackPhase = AckPhase.ProbeStarting;
        _round.Restart();
        _fullPipe.Reset(sample.Rate);
        _state = BbrState.Up;
        _pacingGain = BbrParameters.UpPacingGain;
        _ceiling.Steepen(_window);
    }

    private void CheckProbeRtt(in DeliverySample sample)
    {
        _minRtt.OnSample(sample.Now, sample.Rtt);
        if (_state != BbrState.ProbeRtt && _minRtt.ProbeIsDue && !_isIdleRestart)
        {
            SaveWindow();
            _state = BbrState.ProbeRtt;
            _pacingGain = 1;
            _probeRttEnd = null;
            _ackPhase = AckPhase.ProbeStopping;
            _round.Restart();
        }

        if (_state == BbrState.ProbeRtt)
        {
            if (_probeRttEnd is null && sample.Flight <= ProbeRttWindow)
            {
                _probeRttEnd = sample.Now + BbrParameters.ProbeRttDuration;
                _probeRttRoundDone = false;
                _round.Restart();
            }
            else if (_probeRttEnd is not null)
            {
                _probeRttRoundDone |= _round.IsStart;
                if (_probeRttRoundDone)
                    CheckProbeRttDone(sample.Now);
            }
        }

        _isIdleRestart = false;
    }

    private double ProbeRttWindow => Math.Max(BbrParameters.ProbeRttWindowGain * BandwidthDelayProduct, MinWindow);

    private void CheckProbeRttDone(TimeSpan now)
    {
        if (!(_probeRttEnd < now))
            return;
        _minRtt.OnProbed(now);
        _window = Math.Max(_window, _priorWindow);
        _shortTerm.Reset();
        if (_hasFilledPipe)
        {
            BeginDown(now);
            BeginCruise();
        }
        else
        {
            _state = BbrState.Startup;
            _pacingGain = BbrParameters.StartupPacingGain;
        }
    }

    private void SetPacingRate(double gain)
    {
        double rate = gain * Bandwidth * BbrParameters.PacingMargin;
        if (rate > 0 && (_hasFilledPipe || rate > _pacingRate))
            _pacingRate = rate;
    }

    private void SetWindow(in DeliverySample sample)
    {
        double gain = _state == BbrState.Up ? BbrParameters.UpWindowGain : BbrParameters.WindowGain;
        double most = Inflight(gain) + _aggregation.Extra + (Bandwidth * BbrParameters.TimerSlack.TotalSeconds);
        if (_hasFilledPipe)
            _window = Math.Min(_window + sample.Acknowledged, most);
        else if (_window < most || sample.Delivered < _initialWindow)
            _window += sample.Acknowledged;

        double bound = _state switch
        {
            BbrState.ProbeRtt => Math.Min(_ceiling.WithHeadroom, ProbeRttWindow),
            BbrState.Cruise => _ceiling.WithHeadroom,
            BbrState.Startup or BbrState.Drain => double.PositiveInfinity,
            _ => _ceiling.Value,
        };
        bound = Math.Min(Math.Min(bound, _shortTerm.Flight), _maxWindow);
        _window = Math.Max(Math.Min(_window, bound), MinWindow);
    }

    private enum AckPhase
    {
        None,
        Refilling,
        ProbeStarting,
        ProbeFeedback,
        ProbeStopping,
    }
}

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
    private readonly RttProbe _rttProbe = new();
    private readonly StallDetector _stalls;
    private readonly LossTolerance _tolerance;
    private readonly RecoverableWindow _window;
    private readonly FlightCeiling _ceiling;
    private readonly ProbeClock _probeClock;
    private BbrState _state = BbrState.Startup;
    private double _pacingRate;
    private double _pacingGain = BbrParameters.StartupPacingGain;
    private bool _hasFilledPipe;
    private long _drainStartRound;
    private AckPhase _ackPhase = AckPhase.None;
    private bool _isProbeSample;
    private double _bandwidthBeforeProbe;
    private bool _probeWasTooHigh;
    private bool _probeWasCautious;
    private bool _isIdleRestart;
    private int _startupLosses;

    /// <param name="packetSize">Payload bytes of a full packet.</param>
    /// <param name="maxWindow">The bound of the window, in bytes.</param>
    /// <param name="random">Spreads probes, so that flows do not probe in step.</param>
    public BbrCongestionControl(int packetSize, int maxWindow, Random random)
    {
        _packetSize = packetSize;
        _maxWindow = maxWindow;
        _initialWindow = 10.0 * packetSize;
        _window = new RecoverableWindow(_initialWindow);
        _stalls = new StallDetector(packetSize);
        _tolerance = new LossTolerance(packetSize);
        _ceiling = new FlightCeiling(packetSize);
        _probeClock = new ProbeClock(random);
    }

    public int Window => (int)Math.Min(_window.Value, _maxWindow);

    /// <summary>Where the cycle stands.</summary>
    public BbrState State => _state;

    /// <summary>The estimate of the path's rate, in bytes per second.</summary>
    public double Bandwidth => Math.Min(_bandwidth.Maximum, _shortTerm.Rate);

    /// <summary>The estimate of the round-trip time without queues.</summary>
    public TimeSpan MinRtt => _minRtt.Minimum;

    private double MinWindow => BbrParameters.MinPackets * _packetSize;

    private double BandwidthDelayProduct =>
        _minRtt.Minimum == TimeSpan.MaxValue ? _initialWindow : Bandwidth * _minRtt.Minimum.TotalSeconds;

    private double TargetFlight => Math.Min(BandwidthDelayProduct, _window.Value);

    private bool IsInCycle => _state is BbrState.Down or BbrState.Cruise or BbrState.Refill or BbrState.Up;

    private bool IsProbing => _state is BbrState.Startup or BbrState.Refill or BbrState.Up;

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
            EndRttProbe(now, isIdle: true);
    }

    public void OnAcknowledged(in DeliverySample sample)
    {
        _window.OnSample(sample);
        _stalls.OnSample(sample, _bandwidth.Maximum, _minRtt.Minimum);
        if (sample.Rtt is { } rtt)
            _tolerance.OnRoundTrip(rtt, _minRtt.Minimum, _stalls.IsStalled);

        _shortTerm.OnSample(sample);
        _round.OnSample(sample);
        _bandwidth.OnSample(sample.Rate, sample.IsApplicationLimited);
        _shortTerm.Adapt(IsProbing, _bandwidth.Maximum, _window.Value, _tolerance);
        _aggregation.OnSample(sample, Bandwidth, _window.Value, _round.Count);
        if (_state != BbrState.ProbeRtt)
            _fullPipe.OnSample(sample, _round.IsStart, _stalls.IsStalled);
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
        _shortTerm.OnLost(loss, _tolerance.HasQueue);
        _startupLosses++;
        if (_isProbeSample && !_stalls.IsStalled && _tolerance.IsExceeded(loss.LostSinceSend, loss.FlightAtSend))
            OnFlightTooHigh(loss.Now, _tolerance.FlightBefore(loss), loss.IsApplicationLimited);
    }

    public void OnRecovery(TimeSpan now) => SaveWindow();

    public void OnTimeout(TimeSpan now)
    {
        SaveWindow();
        _window.Collapse(_packetSize);
    }

    public void OnSpuriousRecovery(TimeSpan now)
    {
        _window.Restore();
        _shortTerm.Reset();
    }

    private double Inflight(double gain)
    {
        double bytes = Math.Max(gain * BandwidthDelayProduct, MinWindow);
        return _state == BbrState.Up ? bytes + (2 * _packetSize) : bytes;
    }

    private void SaveWindow() => _window.Save(isSmallAlready: _state == BbrState.ProbeRtt);

    private void CheckStartupDone(in DeliverySample sample)
    {
        if (_state != BbrState.Startup)
            return;
        bool losesMuch = _round.IsStart && sample.InRecovery && _startupLosses >= BbrParameters.StartupLosses
            && _tolerance.IsExceeded(sample.IntervalLost, sample.FlightAtSend);
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
            case BbrState.Up when _bandwidth.Maximum > _bandwidthBeforeProbe * BbrParameters.RestartGrowth && !_tolerance.HasQueue:
                RestartStartup(sample);
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

        if (_tolerance.IsExceeded(sample.IntervalLost, sample.FlightAtSend))
            return false;
        _ceiling.RaiseTo(sample.FlightAtSend);
        if (_state == BbrState.Up && sample.IsWindowLimited && _window.Value >= _ceiling.Value)
        {
            _ceiling.Climb(sample.Acknowledged);
            if (_round.IsStart)
                _ceiling.Steepen(_window.Value);
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

        if (sample.IsWindowLimited && _window.Value >= _ceiling.Value)
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

    // The path does far more than was known: the start ended too early, or the path has grown wider.
    private void RestartStartup(in DeliverySample sample)
    {
        _hasFilledPipe = false;
        _isProbeSample = false;
        _ackPhase = AckPhase.None;
        _startupLosses = 0;
        _ceiling.Forget();
        _fullPipe.Reset(sample.Rate);
        _round.Restart();
        BeginStartup();
    }

    private void BeginStartup()
    {
        _state = BbrState.Startup;
        _pacingGain = BbrParameters.StartupPacingGain;
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
        _bandwidthBeforeProbe = _bandwidth.Maximum;
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
        _ceiling.Steepen(_window.Value);
    }

    private void CheckProbeRtt(in DeliverySample sample)
    {
        _minRtt.OnSample(sample.Now, sample.Rtt);
        if (_state != BbrState.ProbeRtt && _minRtt.ProbeIsDue && !_isIdleRestart)
        {
            SaveWindow();
            _state = BbrState.ProbeRtt;
            _pacingGain = 1;
            _isProbeSample = false;
            _ackPhase = AckPhase.ProbeStopping;
            _rttProbe.Begin();
            _round.Restart();
        }

        if (_state == BbrState.ProbeRtt)
        {
            _rttProbe.OnSample(sample.Now, sample.Flight <= ProbeRttWindow, _round);
            EndRttProbe(sample.Now, isIdle: false);
        }

        _isIdleRestart = false;
    }

    private double ProbeRttWindow => Math.Max(BbrParameters.ProbeRttWindowGain * BandwidthDelayProduct, MinWindow);

    private void EndRttProbe(TimeSpan now, bool isIdle)
    {
        if (!_rttProbe.IsDone(now, isIdle))
            return;
        _minRtt.OnProbed(now);
        _window.Restore();
        _shortTerm.Reset();
        if (_hasFilledPipe)
        {
            BeginDown(now);
            BeginCruise();
        }
        else
        {
            BeginStartup();
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
            _window.Value = Math.Min(_window.Value + sample.Acknowledged, most);
        else if (_window.Value < most || sample.Delivered < _initialWindow)
            _window.Value += sample.Acknowledged;

        double bound = _state switch
        {
            BbrState.ProbeRtt => Math.Min(_ceiling.WithHeadroom, ProbeRttWindow),
            BbrState.Cruise => _ceiling.WithHeadroom,
            BbrState.Startup or BbrState.Drain => double.PositiveInfinity,
            _ => _ceiling.Value,
        };
        bound = Math.Min(Math.Min(bound, _shortTerm.Flight), _maxWindow);
        _window.Value = Math.Max(Math.Min(_window.Value, bound), MinWindow);
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

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
    private readonly FullPipeDetector _fullPipe = new();
    private readonly RttProbe _rttProbe = new();
    private readonly CongestionWindow _window;
    private readonly PathModel _path;
    private readonly BandwidthProbe _probe = new();
    private readonly ProbeClock _probeClock;
    private BbrState _state = BbrState.Startup;
    private double _pacingRate;
    private double _pacingGain = BbrParameters.StartupPacingGain;
    private bool _hasFilledPipe;
    private long _drainStartRound;
    private bool _isIdleRestart;
    private int _startupLosses;

    /// <param name="packetSize">Payload bytes of a full packet.</param>
    /// <param name="maxWindow">The bound of the window, in bytes.</param>
    /// <param name="random">Spreads probes, so that flows do not probe in step.</param>
    public BbrCongestionControl(int packetSize, int maxWindow, Random random)
    {
        _packetSize = packetSize;
        _maxWindow = maxWindow;
        _path = new PathModel(packetSize);
        _window = new CongestionWindow(_path, packetSize, maxWindow);
        _probeClock = new ProbeClock(random);
    }

    public int Window => (int)Math.Min(_window.Value, _maxWindow);

    /// <summary>Where the cycle stands.</summary>
    public BbrState State => _state;

    /// <summary>The estimate of the path's rate, in bytes per second.</summary>
    public double Bandwidth => _path.Bandwidth;

    /// <summary>The estimate of the round-trip time without queues.</summary>
    public TimeSpan MinRtt => _path.MinRtt.Minimum;

    private double TargetFlight => Math.Min(_path.BandwidthDelayProduct, _window.Value);

    private bool IsInCycle => _state is BbrState.Down or BbrState.Cruise or BbrState.Refill or BbrState.Up;

    private bool IsProbing => _state is BbrState.Startup or BbrState.Refill or BbrState.Up;

    public double PacingRate(TimeSpan rtt)
    {
        if (_pacingRate == 0)
            return BbrParameters.StartupPacingGain * _path.InitialWindow / Math.Max(rtt.TotalSeconds, 1e-3);
        return _pacingRate;
    }

    public void OnRestartFromIdle(TimeSpan now)
    {
        _isIdleRestart = true;
        _path.Aggregation.OnRestartFromIdle(now);
        if (IsInCycle)
            SetPacingRate(1);
        else if (_state == BbrState.ProbeRtt)
            EndRttProbe(now, isIdle: true);
    }

    public void OnAcknowledged(in DeliverySample sample)
    {
        _window.OnSample(sample);
        _path.OnSample(sample, IsProbing, _window.Value);
        if (_state != BbrState.ProbeRtt)
            _fullPipe.OnSample(sample, _path.Round.IsStart, _path.Stalls.IsStalled);
        CheckStartupDone(sample);
        if (_state == BbrState.Drain && (sample.Flight <= _path.Inflight(1) || _path.Round.Count > _drainStartRound + 3))
            BeginDown(sample.Now);
        AdvanceCycle(sample);
        CheckProbeRtt(sample);
        _path.ShortTerm.OnSampleEnd(sample);
        if (_path.Round.IsStart)
            _startupLosses = 0;
        SetPacingRate(_pacingGain);
        _window.Update(sample, _state, _hasFilledPipe);
    }

    public void OnLost(in LossSample loss)
    {
        _path.ShortTerm.OnLost(loss, _path.Tolerance.HasQueue);
        _startupLosses++;
        if (_probe.IsSampled && !_path.Stalls.IsStalled && _path.Tolerance.IsExceeded(loss.LostSinceSend, loss.FlightAtSend))
            OnFlightTooHigh(loss.Now, _path.Tolerance.FlightBefore(loss), loss.IsApplicationLimited);
    }

    public void OnRecovery(TimeSpan now) => SaveWindow();

    public void OnTimeout(TimeSpan now)
    {
        SaveWindow();
        _window.Collapse();
    }

    public void OnSpuriousRecovery(TimeSpan now)
    {
        _window.Restore();
        _path.ShortTerm.Reset();
    }

    private void SaveWindow() => _window.Save(isSmallAlready: _state == BbrState.ProbeRtt);

    private void CheckStartupDone(in DeliverySample sample)
    {
        if (_state != BbrState.Startup)
            return;
        bool losesMuch = _path.Round.IsStart && sample.InRecovery && _startupLosses >= BbrParameters.StartupLosses
            && _path.LosesTooMuch(sample);
        if (losesMuch)
            _path.Ceiling.Lower(Math.Max(_path.BandwidthDelayProduct, _path.ShortTerm.LatestFlight));
        if (!losesMuch && !_fullPipe.IsFull)
            return;
        _hasFilledPipe = true;
        _state = BbrState.Drain;
        _pacingGain = BbrParameters.DrainPacingGain;
        _drainStartRound = _path.Round.Count;
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
            case BbrState.Down when sample.Flight <= _path.Ceiling.WithHeadroom && sample.Flight <= _path.Inflight(1):
                BeginCruise();
                break;
            case BbrState.Refill when _path.Round.IsStart:
                BeginUp(sample);
                break;
            case BbrState.Up when !_path.Tolerance.HasQueue && _probe.HasFoundMuchMore(_path.MaxBandwidth.Maximum):
                RestartStartup(sample);
                break;
            case BbrState.Up when IsTimeToGoDown(sample):
                _probe.WasTooHigh = false;
                BeginDown(sample.Now);
                break;
        }
    }

    // Section 5.3.3.6: follows the answers to a probe.
    private bool AdaptToFeedback(in DeliverySample sample)
    {
        if (_probe.TryFinish(_path.Round.IsStart))
        {
            if (IsInCycle && !sample.IsApplicationLimited)
                _path.MaxBandwidth.Advance();
            if (IsInCycle && _probe.WasCautious && !_probe.WasTooHigh)
            {
                BeginRefill();
                return true;
            }
        }

        if (_path.LosesTooMuch(sample))
            return false;
        _path.Ceiling.RaiseTo(sample.FlightAtSend);
        if (_state == BbrState.Up && sample.IsWindowLimited && _window.Value >= _path.Ceiling.Value)
        {
            _path.Ceiling.Climb(sample.Acknowledged);
            if (_path.Round.IsStart)
                _path.Ceiling.Steepen(_window.Value);
        }

        return false;
    }

    private bool IsTimeToProbe(TimeSpan now) => _probeClock.IsDue(now, _path.Round.Count, TargetFlight / _packetSize);

    private bool IsTimeToGoDown(in DeliverySample sample)
    {
        if (_probe.WasTooHigh && sample.Flight >= _path.Ceiling.Value)
        {
            _probe.WasCautious = true;
            return true;
        }

        if (sample.IsWindowLimited && _window.Value >= _path.Ceiling.Value)
        {
            _fullPipe.Reset(sample.Rate);
            return false;
        }

        return _fullPipe.IsFull;
    }

    private void OnFlightTooHigh(TimeSpan now, double flight, bool isApplicationLimited)
    {
        _probe.WasTooHigh = true;
        _probe.EndSampling();
        if (!isApplicationLimited)
            _path.Ceiling.Lower(Math.Max(flight, TargetFlight * BbrParameters.Beta));
        if (_state == BbrState.Up)
            BeginDown(now);
    }

    // The path does far more than was known: the start ended too early, or the path has grown wider.
    private void RestartStartup(in DeliverySample sample)
    {
        _hasFilledPipe = false;
        _probe.Cancel();
        _startupLosses = 0;
        _path.Ceiling.Forget();
        _fullPipe.Reset(sample.Rate);
        _path.Round.Restart();
        BeginStartup();
    }

    private void BeginStartup()
    {
        _state = BbrState.Startup;
        _pacingGain = BbrParameters.StartupPacingGain;
    }

    private void BeginDown(TimeSpan now)
    {
        _path.ShortTerm.ResetRound();
        _probeClock.Restart(now, _path.Round.Count);
        _probe.Stop();
        _path.Round.Restart();
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
        _path.ShortTerm.Reset();
        _path.Ceiling.BeginProbe();
        _probe.Refill(_path.MaxBandwidth.Maximum);
        _path.Round.Restart();
        _state = BbrState.Refill;
        _pacingGain = 1;
    }

    private void BeginUp(in DeliverySample sample)
    {
        _probe.Begin();
        _path.Round.Restart();
        _fullPipe.Reset(sample.Rate);
        _state = BbrState.Up;
        _pacingGain = BbrParameters.UpPacingGain;
        _path.Ceiling.Steepen(_window.Value);
    }

    private void CheckProbeRtt(in DeliverySample sample)
    {
        _path.MinRtt.OnSample(sample.Now, sample.Rtt);
        if (_state != BbrState.ProbeRtt && _path.MinRtt.ProbeIsDue && !_isIdleRestart)
        {
            SaveWindow();
            _state = BbrState.ProbeRtt;
            _pacingGain = 1;
            _probe.EndSampling();
            _probe.Stop();
            _rttProbe.Begin();
            _path.Round.Restart();
        }

        if (_state == BbrState.ProbeRtt)
        {
            _rttProbe.OnSample(sample.Now, sample.Flight <= _path.RttProbeWindow, _path.Round);
            EndRttProbe(sample.Now, isIdle: false);
        }

        _isIdleRestart = false;
    }

    private void EndRttProbe(TimeSpan now, bool isIdle)
    {
        if (!_rttProbe.IsDone(now, isIdle))
            return;
        _path.MinRtt.OnProbed(now);
        _window.Restore();
        _path.ShortTerm.Reset();
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
        double rate = gain * _path.Bandwidth * BbrParameters.PacingMargin;
        if (rate > 0 && (_hasFilledPipe || rate > _pacingRate))
            _pacingRate = rate;
    }
}

namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>CUBIC (RFC 9438), begun with a window of ten packets (RFC 6928) and left by HyStart++ (RFC 9406).</summary>
internal sealed class CubicCongestionControl(int packetSize, int maxWindow) : ICongestionControl
{
    private const double Beta = 0.7;
    private const double C = 0.4;
    private const double MinRttSeconds = 1e-5;
    private double _window = 10.0 * packetSize;
    private double _threshold = double.MaxValue;
    private double _lastMaximum;
    private double _renoWindow;
    private double _plateauSeconds;
    private TimeSpan? _epoch;
    private HyStart? _slowStart = new();
    private State? _beforeRecovery;

    public int Window => (int)_window;

    // Twice the window's rate lets slow start double it; a little over it fills the window in avoidance (Linux does the same).
    public double PacingRate(TimeSpan rtt) =>
        (_window < _threshold ? 2 : 1.2) * _window / Math.Max(rtt.TotalSeconds, MinRttSeconds);

    public void OnRestartFromIdle(TimeSpan now)
    {
    }

    public void OnAcknowledged(in DeliverySample sample)
    {
        if (!sample.IsHeldBack || sample.InRecovery)
            return;
        int bytes = sample.Acknowledged;
        if (_window < _threshold)
        {
            // Only the first slow start overshoots: later ones know where to stop.
            if (_slowStart?.OnSample(sample) == true)
                EndSlowStart(_window);
            else
                _window = Math.Min(_window + (_slowStart?.Growth(bytes) ?? bytes), maxWindow);
            return;
        }

        if (_epoch is null)
            BeginEpoch(sample.Now);
        double elapsed = (sample.Now - _epoch!.Value + sample.SmoothedRtt).TotalSeconds;
        double fromPlateau = elapsed - _plateauSeconds;
        double target = _lastMaximum + (C * fromPlateau * fromPlateau * fromPlateau * packetSize);
        target = Math.Clamp(target, _window, 1.5 * _window);

        // The Reno-friendly region (section 4.3) rules on short paths, where the cubic curve is slower than Reno.
        double alpha = _renoWindow < _lastMaximum ? 3 * (1 - Beta) / (1 + Beta) : 1;
        _renoWindow += alpha * bytes / _renoWindow * packetSize;
        double grown = _window + ((target - _window) / _window * bytes);
        _window = Math.Min(Math.Max(grown, _renoWindow), maxWindow);
    }

    public void OnLost(in LossSample loss)
    {
    }

    public void OnRecovery(TimeSpan now)
    {
        _beforeRecovery = new State(_window, _threshold, _lastMaximum, _epoch, _plateauSeconds, _renoWindow);
        Reduce();
        _window = _threshold;
    }

    public void OnTimeout(TimeSpan now)
    {
        _beforeRecovery = null;
        Reduce();
        _window = packetSize;
    }

    public void OnSpuriousRecovery(TimeSpan now)
    {
        if (_beforeRecovery is not { } before)
            return;
        // Section 4.9: as if nothing had happened.
        (_window, _threshold, _lastMaximum, _epoch, _plateauSeconds, _renoWindow) = before with { Window = Math.Max(_window, before.Window) };
        _beforeRecovery = null;
    }

    private void EndSlowStart(double threshold)
    {
        _slowStart = null;
        _threshold = threshold;
    }

    private void Reduce()
    {
        _epoch = null;
        // Fast convergence (section 4.7): a shrinking share means that another flow came; leave it room.
        _lastMaximum = _window < _lastMaximum ? _window * (1 + Beta) / 2 : _window;
        EndSlowStart(Math.Max(_window * Beta, 4.0 * packetSize));
    }

    private void BeginEpoch(TimeSpan now)
    {
        _epoch = now;
        _renoWindow = _window;
        if (_lastMaximum < _window)
            _lastMaximum = _window;
        _plateauSeconds = Math.Cbrt((_lastMaximum - _window) / packetSize / C);
    }

    private readonly record struct State(
        double Window, double Threshold, double LastMaximum, TimeSpan? Epoch, double PlateauSeconds, double RenoWindow);
}

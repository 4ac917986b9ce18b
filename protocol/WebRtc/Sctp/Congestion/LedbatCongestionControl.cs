namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// Uses what others leave, after LEDBAT (RFC 6817) and LEDBAT++ (draft-irtf-iccrg-ledbat-plus-plus): a queue that the
/// round-trip time shows means that somebody wants the path, and the window shrinks by up to a half each round.
/// </summary>
internal sealed class LedbatCongestionControl(int packetSize, int maxWindow) : ICongestionControl
{
    private const int MinPackets = 2;

    // A queue for this share of the round-trip time is others' or too much of ours, within bounds: LEDBAT++'s 60 ms are
    // more than many queues hold, and nobody would be yielded to there.
    private const double TargetShare = 0.25;
    private static readonly TimeSpan MinTarget = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MaxTarget = TimeSpan.FromMilliseconds(60);

    // Where the queue overflows before it is so many targets long, this share of what it holds must do, for half a minute.
    private const double ShortQueue = 1.5;
    private const int MinPacketsQueued = 4;
    private const double ShortQueueShare = 0.3;
    private static readonly TimeSpan ShortestTarget = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan ShortQueueMemory = TimeSpan.FromSeconds(30);

    // Losses in one round that a path without a queue may have.
    private const int NoisePackets = 3;
    private const double NoiseShare = 0.02;

    // Slow start ends before the target is met (LEDBAT++, section 4.3).
    private const double SlowStartEnd = 0.75;
    private const int SlowStartSamples = 8;

    private const double LossFactor = 0.6;

    // Below the window at which the queue last grew too long, each round closes this share of the distance; above it the
    // growth doubles after so many rounds, up to an eighth of the window each round, and less where the queue is short.
    private const double Approach = 0.25;
    private const int RoundsPerDoubling = 3;
    private const double MaxGrowth = 0.125;

    // How often the path is left to itself, for how many rounds.
    private static readonly TimeSpan FirstSlowdown = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SlowdownInterval = TimeSpan.FromSeconds(15);
    private const int SlowdownRounds = 2;
    private readonly RoundCounter _round = new();
    private readonly BaseDelay _base = new();
    private double _window = 10.0 * packetSize;
    private double _threshold = double.PositiveInfinity;
    private TimeSpan _roundMinRtt = TimeSpan.MaxValue;
    private TimeSpan _roundMaxRtt;
    private TimeSpan _lastMinRtt;
    private TimeSpan _lastMaxRtt;
    private TimeSpan _shortTarget;
    private TimeSpan _shortTargetUntil;
    private double _full;
    private int _roundSamples;
    private int _quietRounds;
    private TimeSpan? _slowdownAt;
    private int _slowdownLeft;
    private double _lostInRound;
    private bool _mayReduce = true;

    public int Window => (int)Math.Clamp(_window, MinPackets * packetSize, maxWindow);

    // The queueing delay that is aimed at where the queue can hold it.
    private TimeSpan FullTarget =>
        _base.Value == TimeSpan.MaxValue ? MinTarget : Clamp(_base.Value * TargetShare, MinTarget, MaxTarget);

    private TimeSpan Target(TimeSpan now) => now < _shortTargetUntil ? _shortTarget : FullTarget;

    public double PacingRate(TimeSpan rtt) =>
        (_window < _threshold ? 2 : 1.2) * Window / Math.Max(rtt.TotalSeconds, 1e-5);

    public void OnRestartFromIdle(TimeSpan now)
    {
    }

    public void OnAcknowledged(in DeliverySample sample)
    {
        if (sample.Rtt is { } rtt)
        {
            _base.OnSample(sample.Now, rtt);
            if (rtt < _roundMinRtt)
                _roundMinRtt = rtt;
            if (rtt > _roundMaxRtt)
                _roundMaxRtt = rtt;
            _roundSamples++;
        }

        _round.OnSample(sample);
        if (_window < _threshold && sample.IsHeldBack && _slowdownLeft == 0)
            SlowStart(sample);
        if (_round.IsStart && _roundMinRtt != TimeSpan.MaxValue)
            OnRound(sample, _roundMinRtt - _base.Value);
        _window = Math.Clamp(_window, MinPackets * packetSize, maxWindow);
    }

    public void OnLost(in LossSample loss)
    {
        _lostInRound += loss.Bytes;
        if (!_mayReduce || _slowdownLeft > 0 || _base.Value == TimeSpan.MaxValue)
            return;
        // Noise on an empty path yields to nobody; many losses are a queue too short to be seen.
        var standing = (_roundMinRtt == TimeSpan.MaxValue ? _lastMinRtt : _roundMinRtt) - _base.Value;
        if (standing <= FullTarget / 2 && _lostInRound <= Math.Max(NoisePackets * packetSize, NoiseShare * loss.FlightAtSend))
            return;
        _mayReduce = false;
        var most = (_roundMaxRtt > _lastMaxRtt ? _roundMaxRtt : _lastMaxRtt) - _base.Value;
        double queued = most.TotalSeconds * _window / (_base.Value + most).TotalSeconds;
        if (most < FullTarget * ShortQueue && queued > MinPacketsQueued * packetSize)
        {
            _shortTarget = Clamp(most * ShortQueueShare, ShortestTarget, FullTarget);
            _shortTargetUntil = loss.Now + ShortQueueMemory;
        }

        Reduce(LossFactor);
    }

    public void OnRecovery(TimeSpan now)
    {
    }

    public void OnTimeout(TimeSpan now)
    {
        Reduce(0.5);
        _window = MinPackets * packetSize;
    }

    public void OnSpuriousRecovery(TimeSpan now)
    {
    }

    private void OnRound(in DeliverySample sample, TimeSpan queue)
    {
        (_lastMinRtt, _roundMinRtt) = (_roundMinRtt, TimeSpan.MaxValue);
        (_lastMaxRtt, _roundMaxRtt) = (_roundMaxRtt, TimeSpan.Zero);
        _lostInRound = 0;
        _roundSamples = 0;
        _mayReduce = true;
        if (_slowdownLeft > 0)
        {
            _slowdownLeft--;
            return;
        }

        double load = queue / Target(sample.Now);
        if (load > 1)
            Reduce(Math.Max(0.5, 2 - load));
        else if (_window >= _threshold && sample.IsHeldBack)
            Grow(load, MaxGrowth * (Target(sample.Now) / FullTarget));

        if (_window >= _threshold && _slowdownAt is null)
            _slowdownAt = sample.Now + FirstSlowdown;
        if (_slowdownAt <= sample.Now && !sample.InRecovery)
            BeginSlowdown(sample.Now);
    }

    // Half as fast as TCP's. A queue shows one round after the window that made it, so that window was too large by a half.
    private void SlowStart(in DeliverySample sample)
    {
        if (_roundSamples < SlowStartSamples || _roundMinRtt - _base.Value <= Target(sample.Now) * SlowStartEnd)
        {
            _window += sample.Acknowledged / 2.0;
            return;
        }

        _full = _window;
        _window /= 1.5;
        _threshold = _window;
    }

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) =>
        value < least ? least : value > most ? most : value;

    private void Grow(double load, double maxGrowth)
    {
        if (_window < _full)
        {
            _window += Math.Max(packetSize, Approach * (_full - _window));
            return;
        }

        _quietRounds = load < 0.5 ? _quietRounds + 1 : 0;
        double packets = Math.Pow(2, Math.Min(_quietRounds / RoundsPerDoubling, 30));
        _window += Math.Min(packets * packetSize, Math.Max(packetSize, maxGrowth * _window));
    }

    private void Reduce(double factor)
    {
        _quietRounds = 0;
        // A window that shrinks again before it was back means that somebody else grows: leave room.
        _full = _window < _full ? _window * (1 + factor) / 2 : _window;
        _window *= factor;
        _threshold = _window;
    }

    // Section 4.4 of LEDBAT++: the window is given up for two rounds, so that the queue, if it is our own, shows itself.
    private void BeginSlowdown(TimeSpan now)
    {
        _threshold = _window;
        _window = MinPackets * packetSize;
        _slowdownLeft = SlowdownRounds;
        _slowdownAt = now + SlowdownInterval;
    }
}

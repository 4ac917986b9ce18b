namespace Peercast.WebRtc.Tests.Sctp.Paths;

/// <summary>
/// A TCP sender as the systems of today have it, in outline: CUBIC (RFC 9438) with HyStart's delay test, selective
/// acknowledgements, loss found three packets later, proportional rate reduction (RFC 6937), no pacing, a SACK for
/// every second packet. It always has data, unless told to pause. Packets on the path keep their order.
/// </summary>
internal sealed class TcpCubicFlow : IFlow
{
    private const int Mss = 1448;
    private const int WireSize = 1500;
    private const int AcknowledgmentSize = 40;
    private const double Beta = 0.7;
    private const double C = 0.4;
    private const int ReorderingThreshold = 3;
    private readonly VirtualPath _path;
    private readonly Dictionary<long, (TimeSpan SentAt, long Order)> _flight = [];
    private readonly Queue<(long Number, long Order)> _sent = new();
    private readonly SortedSet<long> _lost = [];
    private readonly List<long> _unacknowledged = [];
    private long _expected;
    private double _window = 10;
    private double _threshold = double.MaxValue;
    private double _lastMaximum;
    private double _reno;
    private double _plateau;
    private TimeSpan? _epoch;
    private long _next;
    private long _order;
    private long _recoveryEnd = -1;
    private double _prrDelivered;
    private double _prrSent;
    private double _recoveryFlight;
    private TimeSpan _minRtt = TimeSpan.MaxValue;
    private TimeSpan _rtt = TimeSpan.FromMilliseconds(200);
    private TimeSpan? _timeout;
    private TimeSpan _roundMinRtt = TimeSpan.MaxValue;
    private int _roundSamples;
    private long _roundEnd;
    private bool _isPaused;

    public TcpCubicFlow(VirtualPath path)
    {
        _path = path;
        path.Add(this);
        Send();
    }

    public long WireBytes { get; private set; }

    public double Window => _window * Mss;

    public TimeSpan? NextDeadline => _timeout;

    /// <summary>Nothing new is sent while set.</summary>
    public bool IsPaused
    {
        get => _isPaused;
        set
        {
            _isPaused = value;
            Send();
        }
    }

    public void Tick()
    {
        if (!(_timeout <= _path.Now))
            return;
        foreach (long number in _flight.Keys)
            _lost.Add(number);
        _flight.Clear();
        Reduce();
        _window = 1;
        _recoveryEnd = -1;
        Send();
    }

    private bool InRecovery => _recoveryEnd >= 0;

    private void Send()
    {
        while (MaySend())
        {
            long number;
            if (_lost.Count > 0)
            {
                number = _lost.Min;
                _lost.Remove(number);
            }
            else if (_isPaused)
                break;
            else
                number = _next++;
            _flight[number] = (_path.Now, _order);
            long order = _order++;
            _sent.Enqueue((number, order));
            _prrSent++;
            _path.Forward(WireSize, () => Arrive(number, order));
        }

        _timeout = _flight.Count > 0 ? _path.Now + (_rtt * 2) + TimeSpan.FromMilliseconds(200) : null;
    }

    private bool MaySend()
    {
        if (!InRecovery)
            return _flight.Count < _window;
        // Proportional rate reduction, with its slow start below the threshold.
        double allowed = _flight.Count > _threshold
            ? Math.Ceiling(_prrDelivered * _threshold / _recoveryFlight) - _prrSent
            : Math.Min(_threshold - _flight.Count, Math.Max(_prrDelivered - _prrSent, 0) + 1);
        return allowed >= 1;
    }

    private void Arrive(long number, long order)
    {
        WireBytes += WireSize;
        _unacknowledged.Add(number);
        // A gap is reported at once; two packets in order share one acknowledgement, unless few are under way.
        bool isInOrder = number == _expected;
        _expected = number + 1;
        if (isInOrder && _unacknowledged.Count < 2 && _window >= 4)
            return;
        var numbers = _unacknowledged.ToArray();
        _unacknowledged.Clear();
        _path.Back(AcknowledgmentSize, () => OnAcknowledged(numbers, order));
    }

    private void OnAcknowledged(long[] numbers, long order)
    {
        int delivered = 0;
        foreach (long number in numbers)
        {
            if (_flight.Remove(number, out var sent))
            {
                delivered++;
                OnRtt(_path.Now - sent.SentAt);
            }
            else if (_lost.Remove(number))
                delivered++;
        }

        bool any = false;
        while (_sent.TryPeek(out var oldest) && oldest.Order + ReorderingThreshold <= order)
        {
            _sent.Dequeue();
            if (!_flight.TryGetValue(oldest.Number, out var sent) || sent.Order != oldest.Order)
                continue;
            _flight.Remove(oldest.Number);
            _lost.Add(oldest.Number);
            any = true;
        }

        if (InRecovery)
            _prrDelivered += delivered;
        if (any && !InRecovery)
        {
            _recoveryFlight = _flight.Count + _lost.Count + delivered;
            Reduce();
            _recoveryEnd = _next;
            _prrDelivered = delivered;
            _prrSent = 0;
        }

        if (InRecovery && (_lost.Count == 0 || _lost.Min >= _recoveryEnd) && _flight.Keys.All(number => number >= _recoveryEnd))
        {
            _recoveryEnd = -1;
            _window = _threshold;
        }

        if (!InRecovery && _flight.Count + delivered >= _window - 2)
            Grow(delivered);
        Send();
    }

    private void OnRtt(TimeSpan rtt)
    {
        if (rtt < _minRtt)
            _minRtt = rtt;
        _rtt = (_rtt * 0.875) + (rtt * 0.125);
        if (_order - _flight.Count > _roundEnd)
        {
            _roundEnd = _order;
            _roundMinRtt = TimeSpan.MaxValue;
            _roundSamples = 0;
        }

        if (rtt < _roundMinRtt)
            _roundMinRtt = rtt;
        var margin = TimeSpan.FromMilliseconds(Math.Clamp(_minRtt.TotalMilliseconds / 8, 4, 16));
        if (++_roundSamples == 8 && _window < _threshold && _roundMinRtt > _minRtt + margin)
            _threshold = _window;
    }

    private void Grow(int delivered)
    {
        if (_window < _threshold)
        {
            _window += delivered;
            return;
        }

        if (_epoch is null)
        {
            _epoch = _path.Now;
            _reno = _window;
            _lastMaximum = Math.Max(_lastMaximum, _window);
            _plateau = Math.Cbrt((_lastMaximum - _window) / C);
        }

        double t = (_path.Now - _epoch.Value + _rtt).TotalSeconds - _plateau;
        double target = Math.Clamp(_lastMaximum + (C * t * t * t), _window, 1.5 * _window);
        _reno += delivered / _reno * (_reno < _lastMaximum ? 3 * (1 - Beta) / (1 + Beta) : 1);
        _window = Math.Max(_window + ((target - _window) / _window * delivered), _reno);
    }

    private void Reduce()
    {
        _epoch = null;
        _lastMaximum = _window < _lastMaximum ? _window * (1 + Beta) / 2 : _window;
        _threshold = Math.Max(_window * Beta, 2);
        _window = _threshold;
    }
}

using System.Net;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// Follows the addresses of this machine with the sockets, and tells when these have changed. News of one change come in a burst: they are looked at together.
/// </summary>
internal sealed class NetworkWatch : IDeadlineTarget, IDisposable
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(100);

    private readonly ILocalNetwork _network;
    private readonly LocalSockets _sockets;
    private readonly DeadlineThread _deadlines;
    private readonly DriverClock _clock;
    private readonly Action<IReadOnlyList<IPEndPoint>> _changed;
    private int _scheduled;

    /// <summary>Begins to watch.</summary>
    /// <param name="network">What to watch.</param>
    /// <param name="sockets">What to keep up to date.</param>
    /// <param name="deadlines">The thread to work on.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="changed">Is told, on that thread, the addresses of the sockets that were closed, which may be none where others were added.</param>
    public NetworkWatch(
        ILocalNetwork network, LocalSockets sockets, DeadlineThread deadlines, DriverClock clock, Action<IReadOnlyList<IPEndPoint>> changed)
    {
        _network = network;
        _sockets = sockets;
        _deadlines = deadlines;
        _clock = clock;
        _changed = changed;
        network.Changed += OnChanged;
    }

    public void DeadlineReached()
    {
        Volatile.Write(ref _scheduled, 0);
        if (_sockets.Update(_network.FindAddresses()) is { } gone)
        {
            _changed(gone);
        }
    }

    public void Dispose() => _network.Changed -= OnChanged;

    private void OnChanged()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            _deadlines.Schedule(this, _clock.Now + Settle);
        }
    }
}

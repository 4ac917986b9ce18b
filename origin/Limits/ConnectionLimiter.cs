using System.Net;

namespace Peercast.Origin.Limits;

/// <summary>Counts open connections, all together and by address, see <see cref="AddressKey"/>.</summary>
/// <param name="total">Most connections.</param>
/// <param name="perAddress">Most connections of one address.</param>
internal sealed class ConnectionLimiter(int total, int perAddress)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _open = [];
    private int _count;

    /// <summary>How many are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Opens one; the result must be disposed of when it ends. <c>null</c>: there are too many.</summary>
    public IDisposable? TryOpen(IPAddress? address)
    {
        IPAddress key = AddressKey.Of(address);
        lock (_lock)
        {
            int open = _open.GetValueOrDefault(key);
            if (_count >= total || open >= perAddress)
            {
                return null;
            }

            _count++;
            _open[key] = open + 1;
        }

        return new Lease(this, key);
    }

    private void Close(IPAddress key)
    {
        lock (_lock)
        {
            _count--;
            int left = _open[key] - 1;
            if (left == 0)
            {
                _open.Remove(key);
            }
            else
            {
                _open[key] = left;
            }
        }
    }

    private sealed class Lease(ConnectionLimiter limiter, IPAddress key) : IDisposable
    {
        private ConnectionLimiter? _limiter = limiter;

        public void Dispose() => Interlocked.Exchange(ref _limiter, null)?.Close(key);
    }
}

using System.Net;

namespace Peercast.Origin.Limits;

/// <summary>
/// A token bucket for each address (see <see cref="AddressKey"/>), of a bounded number of addresses: when there are too
/// many, those not seen for longest are forgotten together. Not safe for use by two threads at once.
/// </summary>
/// <param name="burst">At once, per address.</param>
/// <param name="rate">Per second, per address.</param>
/// <param name="addresses">Remembered at least; at most twice as many.</param>
internal sealed class AddressRateLimiter(double burst, double rate, int addresses)
{
    private Dictionary<IPAddress, TokenBucket> _recent = [];
    private Dictionary<IPAddress, TokenBucket> _older = [];

    /// <summary>How many addresses are remembered.</summary>
    public int Count => _recent.Count + _older.Count;

    /// <summary>Takes one token of an address; <c>false</c> when it has none.</summary>
    public bool TryTake(TimeSpan now, IPAddress address)
    {
        IPAddress key = AddressKey.Of(address);
        if (!_recent.TryGetValue(key, out TokenBucket bucket) && !_older.Remove(key, out bucket))
        {
            bucket = new TokenBucket(burst, rate);
        }

        bool taken = bucket.TryTake(now);
        _recent[key] = bucket;
        if (_recent.Count >= addresses)
        {
            (_recent, _older) = (_older, _recent);
            _recent.Clear();
        }

        return taken;
    }
}

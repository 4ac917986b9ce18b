using System.Net;
using Peercast.Origin.Limits;

namespace Peercast.Origin.Tests.Limits;

public sealed class AddressRateLimiterTests
{
    [Fact]
    public void TryTake_OneAddressIsOver_OthersAreNot()
    {
        var limiter = new AddressRateLimiter(burst: 2, rate: 1, addresses: 10);
        var a = IPAddress.Parse("192.0.2.1");
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => limiter.TryTake(TimeSpan.Zero, a)));
        Assert.True(limiter.TryTake(TimeSpan.Zero, IPAddress.Parse("192.0.2.2")));
        Assert.True(limiter.TryTake(TimeSpan.FromSeconds(1), a));
    }

    [Fact]
    public void TryTake_ManyAddresses_RemembersABoundedNumberAndTheBusyOnes()
    {
        var limiter = new AddressRateLimiter(burst: 2, rate: 0.001, addresses: 100);
        var busy = IPAddress.Parse("192.0.2.1");
        int taken = 0;
        for (int i = 0; i < 10_000; i++)
        {
            limiter.TryTake(TimeSpan.Zero, new IPAddress(i + 1_000_000));
            taken += limiter.TryTake(TimeSpan.Zero, busy) ? 1 : 0;
            Assert.InRange(limiter.Count, 0, 200);
        }

        Assert.Equal(2, taken);
    }
}

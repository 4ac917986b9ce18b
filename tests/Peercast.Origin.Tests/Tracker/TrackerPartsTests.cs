using System.Net;
using Peercast.Origin.Limits;
using Peercast.Origin.Tracker;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tests.Tracker;

public sealed class TrackerPartsTests
{
    [Fact]
    public void IntroductionList_Full_ForgetsTheOldestAndKeepsTheRenewed()
    {
        var list = new IntroductionList(3);
        foreach (ulong id in new ulong[] { 1, 2, 3, 1, 4, 5 })
        {
            list.Add(new PeerId(id));
        }

        Assert.Equal(3, list.Count);
        Assert.Equal([1, 4, 5], Enumerable.Range(0, 9).Where(i => list.Contains(new PeerId((ulong)i))));
    }

    [Fact]
    public void TokenBucket_AfterTheBurst_RefillsAtItsRate()
    {
        var bucket = new TokenBucket(burst: 3, rate: 2);
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => bucket.TryTake(TimeSpan.Zero)));
        Assert.Equal(2, Enumerable.Range(0, 10).Count(_ => bucket.TryTake(TimeSpan.FromSeconds(1))));
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => bucket.TryTake(TimeSpan.FromHours(1))));
    }

    [Fact]
    public void ConnectionLimiter_Full_RefusesThatAddressUntilOneEnds()
    {
        var limiter = new ConnectionLimiter(total: 3, perAddress: 2);
        var a = IPAddress.Parse("192.0.2.1");
        var first = limiter.TryOpen(a);
        Assert.NotNull(first);
        Assert.NotNull(limiter.TryOpen(a.MapToIPv6()));
        Assert.Null(limiter.TryOpen(a));
        Assert.NotNull(limiter.TryOpen(IPAddress.Parse("192.0.2.2")));
        Assert.Null(limiter.TryOpen(IPAddress.Parse("192.0.2.3")));
        first.Dispose();
        first.Dispose();
        Assert.Equal(2, limiter.Count);
        Assert.NotNull(limiter.TryOpen(a));
    }

    [Fact]
    public void AddressKey_IPv6_IsThe64()
    {
        Assert.Equal(AddressKey.Of(IPAddress.Parse("2001:db8:1:2:3::4")), AddressKey.Of(IPAddress.Parse("2001:db8:1:2:ffff::")));
        Assert.NotEqual(AddressKey.Of(IPAddress.Parse("2001:db8:1:2::1")), AddressKey.Of(IPAddress.Parse("2001:db8:1:3::1")));
    }

    [Fact]
    public void ResumeTokens_OtherSecretOrSwarm_AreRefused()
    {
        var peer = new PeerId(77);
        string token = new ResumeTokens(TrackerFixture.Secret, TrackerFixture.Swarm).Create(peer);
        Assert.True(new ResumeTokens(TrackerFixture.Secret, TrackerFixture.Swarm).TryRead(token, out var read));
        Assert.Equal(peer, read);
        Assert.False(new ResumeTokens("another secret of some length"u8, TrackerFixture.Swarm).TryRead(token, out _));
        Assert.False(new ResumeTokens(TrackerFixture.Secret, SwarmId.Derive(Hash256.Of("other"u8), "main")).TryRead(token, out _));
    }

    [Fact]
    public void ResumeTokens_RandomText_IsRefused()
    {
        var tokens = new ResumeTokens(TrackerFixture.Secret, TrackerFixture.Swarm);
        string good = tokens.Create(new PeerId(77));
        var random = new Random(3);
        for (int i = 0; i < 100_000; i++)
        {
            char[] text = good.ToCharArray();
            int place = random.Next(text.Length);
            char was = text[place];
            text[place] = (char)random.Next(1, i % 2 == 0 ? 128 : 65536);
            bool same = char.ToLowerInvariant(text[place]) == was;
            Assert.Equal(same, tokens.TryRead(new string(text), out _));
        }
    }

    [Fact]
    public void TrackerSecret_Kept_IsTheSameNextTime()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var first = TrackerSecret.LoadOrCreate(path);
            Assert.True(first.Value.Span.SequenceEqual(TrackerSecret.LoadOrCreate(path).Value.Span));
            Assert.False(first.Value.Span.SequenceEqual(TrackerSecret.Create().Value.Span));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void TrackerSecret_NoPlaceToKeepIt_StillExists() =>
        Assert.Equal(32, TrackerSecret.LoadOrCreate(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "no", "folder")).Value.Length);
}

using Peercast.Player.Session;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Tests.Session;

public sealed class WatchLinkTests
{
    [Fact]
    public void Parse_PlainLink_GivesOriginAndChannel()
    {
        WatchLink link = WatchLink.Parse("http://127.0.0.1:8080/watch/demo");

        Assert.Equal(new Uri("http://127.0.0.1:8080/"), link.Origin);
        Assert.Equal("demo", link.Channel);
        Assert.Null(link.Fingerprint);
    }

    [Fact]
    public void Parse_PrefixAndFingerprint_AreKept()
    {
        Hash256 key = Hash256.Of("key"u8);

        WatchLink link = WatchLink.Parse($"https://example.org/some/prefix/watch/my%20show#k={key}");

        Assert.Equal(new Uri("https://example.org/some/prefix/"), link.Origin);
        Assert.Equal("my show", link.Channel);
        Assert.Equal(key, link.Fingerprint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("demo")]
    [InlineData("rtmp://127.0.0.1/live")]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("http://127.0.0.1:8080/watch/")]
    [InlineData("http://127.0.0.1:8080/watch/a/b")]
    [InlineData("http://127.0.0.1:8080/watch/demo#k=123")]
    public void Parse_NoWatchLink_SaysWhatOneLooksLike(string text)
    {
        PlayerException error = Assert.Throws<PlayerException>(() => WatchLink.Parse(text));

        Assert.Equal(ExitCode.UnknownChannel, error.Code);
        Assert.Contains("/watch/", error.Message, StringComparison.Ordinal);
    }
}

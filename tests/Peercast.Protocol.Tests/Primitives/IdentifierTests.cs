using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Tests.Primitives;

public sealed class IdentifierTests
{
    [Fact]
    public void PeerId_WrittenAndRead_IsTheSame()
    {
        var id = new PeerId(0x0123456789abcdef);

        Assert.Equal("0123456789abcdef", id.ToString());
        Assert.True(PeerId.TryParse(id.ToString(), out PeerId read));
        Assert.Equal(id, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("123")]
    [InlineData("0123456789abcdeg")]
    [InlineData("00123456789abcdef")]
    public void PeerId_NotSixteenDigits_IsRefused(string? text) => Assert.False(PeerId.TryParse(text, out _));

    [Fact]
    public void Hash256_OfAbc_IsTheStandardsExample()
    {
        // FIPS 180-4's example of a one-block message.
        const string expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

        Assert.Equal(expected, Hash256.Of("abc"u8).ToString());
        Assert.True(Hash256.TryParse(expected, out Hash256 parsed));
        Assert.Equal(Hash256.Of("abc"u8), parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ba78")]
    [InlineData("zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Hash256_NotSixtyFourDigits_IsRefused(string? text) => Assert.False(Hash256.TryParse(text, out _));

    [Fact]
    public void SwarmId_OfTwoRenditionsOrTwoChannels_Differs()
    {
        Hash256 channel = Hash256.Of("a"u8);

        Assert.NotEqual(SwarmId.Derive(channel, "main"), SwarmId.Derive(channel, "low"));
        Assert.NotEqual(SwarmId.Derive(channel, "main"), SwarmId.Derive(Hash256.Of("b"u8), "main"));
        Assert.Equal(SwarmId.Derive(channel, "main"), SwarmId.Derive(channel, "main"));
    }

    [Fact]
    public void ChunkRange_CountAndContains_IncludeBothEnds()
    {
        var range = new ChunkRange(new ChunkId(5), new ChunkId(7));

        Assert.Equal(3, range.Count);
        Assert.True(range.Contains(new ChunkId(5)));
        Assert.True(range.Contains(new ChunkId(7)));
        Assert.False(range.Contains(new ChunkId(8)));
    }
}

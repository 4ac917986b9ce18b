using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.Tests.Ice;

public sealed class IceCandidateLineTests
{
    [Theory]
    [InlineData("candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host", "192.0.2.1:4000")]
    [InlineData("a=candidate:1 1 UDP 2130706431 2001:db8::1 4000 typ host", "[2001:db8::1]:4000")]
    [InlineData("1 1 udp 1 ::ffff:192.0.2.1 4000 typ prflx raddr 10.0.0.1 rport 5", "192.0.2.1:4000")]
    [InlineData("candidate:a+/b 1 udp 1 127.0.0.1 1 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag x network-cost 999", "127.0.0.1:1")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 4000 typ relay lonely", "192.0.2.1:4000")]
    public void TryParse_UsableCandidate_GivesItsAddress(string text, string expected)
    {
        Assert.True(IceCandidateLine.TryParse(text, out IceCandidateLine? line));
        Assert.Equal(expected, line!.UsableEndPoint!.ToString());
    }

    [Theory]
    [InlineData("candidate:1 1 udp 1 8f4e9f2a-3d0b.local 4000 typ host")]
    [InlineData("candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active")]
    [InlineData("candidate:1 2 udp 1 192.0.2.1 4000 typ host")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 0 typ host")]
    [InlineData("candidate:1 1 udp 1 0.0.0.0 1 typ host")]
    [InlineData("candidate:1 1 udp 1 :: 1 typ host")]
    [InlineData("candidate:1 1 udp 1 224.0.0.1 1 typ host")]
    [InlineData("candidate:1 1 udp 1 255.255.255.255 1 typ host")]
    [InlineData("candidate:1 1 udp 1 ff02::1 1 typ host")]
    [InlineData("candidate:1 1 udp 1 fe80::1 1 typ host")]
    [InlineData("candidate:1 1 udp 1 2001:db8::1%1 1 typ host")]
    [InlineData("candidate:1 1 udp 1 2130706433 1 typ host")]
    [InlineData("candidate:1 1 udp 1 0x7f.1 1 typ host")]
    public void UsableEndPoint_WhatWeCannotSendTo_IsNull(string text)
    {
        Assert.True(IceCandidateLine.TryParse(text, out IceCandidateLine? line));
        Assert.Null(line!.UsableEndPoint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("candidate:")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 4000")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 4000 typ")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 4000 typ other")]
    [InlineData("candidate:1 0 udp 1 192.0.2.1 4000 typ host")]
    [InlineData("candidate:1 1 udp 4294967296 192.0.2.1 4000 typ host")]
    [InlineData("candidate:1 1 udp -1 192.0.2.1 4000 typ host")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 65536 typ host")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 4000 typ host raddr")]
    [InlineData("candidate:123456789012345678901234567890123 1 udp 1 192.0.2.1 4000 typ host")]
    public void TryParse_Malformed_IsFalse(string text) => Assert.False(IceCandidateLine.TryParse(text, out _));

    [Fact]
    public void Format_ThenParse_GivesTheSame()
    {
        var line = new IceCandidateLine
        {
            Foundation = "12",
            Priority = uint.MaxValue,
            Host = "2001:db8::5",
            Port = 65535,
            Type = IceCandidateType.ServerReflexive,
            RelatedHost = "fd00::1",
            RelatedPort = 9,
        };

        Assert.Equal("candidate:12 1 udp 4294967295 2001:db8::5 65535 typ srflx raddr fd00::1 rport 9", line.Format());
        Assert.True(IceCandidateLine.TryParse(line.Format(), out IceCandidateLine? parsed));
        Assert.Equal(line, parsed);
    }
}

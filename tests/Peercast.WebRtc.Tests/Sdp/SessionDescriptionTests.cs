using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Sdp;

namespace Peercast.WebRtc.Tests.Sdp;

public sealed class SessionDescriptionTests
{
    private static readonly byte[] Fingerprint =
        Convert.FromHexString(SampleDescriptions.FingerprintText.Replace(":", "", StringComparison.Ordinal));

    [Fact]
    public void TryParseOffer_OfChromium_ReadsAll()
    {
        Assert.True(SessionDescriptionParser.TryParseOffer(SampleDescriptions.Chromium, out DataChannelDescription? offer, out _));

        Assert.Equal("0", offer.Mid);
        Assert.Equal("Xk3q", offer.IceUfrag);
        Assert.Equal("9vJw0mQ2xLr8sTzB4nYcHd/e", offer.IcePassword);
        Assert.Equal(Fingerprint, offer.Fingerprint);
        Assert.Equal(DtlsSetup.ActPass, offer.Setup);
        Assert.Equal(DtlsSetup.Active, offer.SetupOfAnswer);
        Assert.Equal(5000, offer.SctpPort);
        Assert.Equal(262144u, offer.MaxMessageSize);
        Assert.True(offer.Trickle);
        Assert.False(offer.IceLite || offer.EndOfCandidates);
        Assert.Equal(3, offer.Candidates.Count);
        Assert.Equal("203.0.113.5:54400", Assert.Single(offer.Candidates, line => line.UsableEndPoint is not null).UsableEndPoint!.ToString());
    }

    [Fact]
    public void TryParseOffer_OfFirefox_TakesTheFingerprintOfTheSessionLevel()
    {
        Assert.True(SessionDescriptionParser.TryParseOffer(SampleDescriptions.Firefox, out DataChannelDescription? offer, out _));

        Assert.Equal("data", offer.Mid);
        Assert.Equal("7c3d1e0a", offer.IceUfrag);
        Assert.Equal(Fingerprint, offer.Fingerprint);
        Assert.Equal(1073741823u, offer.MaxMessageSize);
        Assert.True(offer.EndOfCandidates);
        Assert.True(offer.Trickle);
        Assert.Equal("192.168.1.7:41000", offer.Candidates[0].UsableEndPoint!.ToString());
    }

    [Fact]
    public void TryParseOffer_LineFeedsAndSessionLevelCredentials_Works()
    {
        string sdp = "v=0\ns=-\na=ice-lite\na=ice-ufrag:abcd\na=ice-pwd:0123456789012345678901\na=setup:passive\n"
            + $"a=fingerprint:SHA-1 00:11\na=fingerprint:SHA-256 {SampleDescriptions.FingerprintText.ToLowerInvariant()}\n"
            + "m=application 9 DTLS/SCTP webrtc-datachannel";

        Assert.True(SessionDescriptionParser.TryParseOffer(sdp, out DataChannelDescription? offer, out string? error), error);

        Assert.True(offer.IceLite);
        Assert.False(offer.Trickle);
        Assert.Equal(DtlsSetup.Active, offer.SetupOfAnswer);
        Assert.Equal(Fingerprint, offer.Fingerprint);
        Assert.Equal(65536u, offer.MaxMessageSize);
    }

    [Theory]
    [InlineData("v=0", "x=0", "not SDP")]
    [InlineData("m=application 54400 UDP/DTLS/SCTP webrtc-datachannel", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "no data channel section")]
    [InlineData("m=application 54400 ", "m=application 0 ", "rejected")]
    [InlineData("m=application", "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nm=application", "m=video 9")]
    [InlineData("a=fingerprint:", "a=finger:", "fingerprint")]
    [InlineData("sha-256 0F:1E", "sha-512 0F:1E", "SHA-256")]
    [InlineData("sha-256 0F:1E", "sha-256 0F-1E", "fingerprint")]
    [InlineData("a=ice-pwd:9vJw0mQ2", "a=ice-pwd:", "credentials")]
    [InlineData("a=ice-ufrag:Xk3q", "a=ice-ufrag:Xk3 q", "credentials")]
    [InlineData("a=setup:actpass", "a=setup:holdconn", "setup")]
    public void TryParseOffer_Unusable_SaysWhy(string part, string replacement, string expected)
    {
        string sdp = SampleDescriptions.Chromium.Replace(part, replacement, StringComparison.Ordinal);
        Assert.NotEqual(SampleDescriptions.Chromium, sdp);

        Assert.False(SessionDescriptionParser.TryParseOffer(sdp, out _, out string? error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParseOffer_TooLong_SaysSo()
    {
        string sdp = SampleDescriptions.Chromium + new string('x', SessionDescriptionParser.MaxLength);
        Assert.False(SessionDescriptionParser.TryParseOffer(sdp, out _, out string? error));
        Assert.Contains("longer", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParseOffer_ManyCandidates_KeepsABoundedNumber()
    {
        string sdp = SampleDescriptions.Chromium
            + string.Concat(Enumerable.Repeat("a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n", 1000));
        Assert.True(SessionDescriptionParser.TryParseOffer(sdp, out DataChannelDescription? offer, out _));
        Assert.Equal(50, offer.Candidates.Count);
    }

    [Fact]
    public void TryParseAnswer_WithoutARole_SaysWhy()
    {
        Assert.False(SessionDescriptionParser.TryParseAnswer(SampleDescriptions.Chromium, out _, out string? error));
        Assert.Contains("DTLS role", error, StringComparison.Ordinal);
        string answer = SampleDescriptions.Chromium.Replace("actpass", "active", StringComparison.Ordinal);
        Assert.True(SessionDescriptionParser.TryParseAnswer(answer, out DataChannelDescription? description, out _));
        Assert.Equal(DtlsSetup.Active, description.Setup);
    }

    [Fact]
    public void Write_ThenParse_GivesTheSame()
    {
        IceCandidateLine[] candidates =
        [
            new() { Foundation = "1", Priority = 5, Host = "192.0.2.1", Port = 4000, Type = IceCandidateType.Host },
            new()
            {
                Foundation = "2", Priority = 4, Host = "2001:db8::1", Port = 4001, Type = IceCandidateType.ServerReflexive,
                RelatedHost = "fd00::1", RelatedPort = 4000,
            },
        ];
        var description = new DataChannelDescription
        {
            SessionId = long.MaxValue,
            Mid = "data",
            IceUfrag = "abcd",
            IcePassword = "0123456789012345678901",
            Fingerprint = Fingerprint,
            Setup = DtlsSetup.Passive,
            SctpPort = 5001,
            MaxMessageSize = 1000,
            Candidates = candidates,
            EndOfCandidates = true,
        };

        string sdp = SessionDescriptionWriter.Write(description);

        Assert.True(SessionDescriptionParser.TryParseAnswer(sdp, out DataChannelDescription? parsed, out string? error), error);
        Assert.Equal(candidates, parsed.Candidates);
        Assert.Equal(Fingerprint, parsed.Fingerprint);
        Assert.Equal(
            description with { SessionId = 1 },
            parsed with { Candidates = description.Candidates, Fingerprint = description.Fingerprint });
        Assert.EndsWith("\r\n", sdp, StringComparison.Ordinal);
        Assert.Contains("\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n", sdp, StringComparison.Ordinal);
        Assert.Contains("\r\na=group:BUNDLE data\r\n", sdp, StringComparison.Ordinal);
    }
}

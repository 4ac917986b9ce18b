using System.Globalization;
using System.Text;
using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.Sdp;

/// <summary>Writes an offer or an answer with one data channel section, in the form that browsers exchange (RFC 8829 section 5).</summary>
internal static class SessionDescriptionWriter
{
    /// <exception cref="ArgumentException">The fingerprint is not a SHA-256.</exception>
    public static string Write(DataChannelDescription description)
    {
        if (description.Fingerprint.Length != DataChannelDescription.FingerprintLength)
            throw new ArgumentException("A SHA-256 fingerprint has 32 bytes.", nameof(description));
        var text = new StringBuilder(1024);
        Line(text, "v=0");
        Line(text, $"o=- {description.SessionId} {description.SessionVersion} IN IP4 127.0.0.1");
        Line(text, "s=-");
        Line(text, "t=0 0");
        if (description.IceLite)
            Line(text, "a=ice-lite");
        Line(text, $"a=group:BUNDLE {description.Mid}");

        // The port and address of a trickled description say nothing (RFC 8840 section 4.1.1).
        Line(text, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel");
        Line(text, "c=IN IP4 0.0.0.0");
        Line(text, $"a=mid:{description.Mid}");
        Line(text, $"a=ice-ufrag:{description.IceUfrag}");
        Line(text, $"a=ice-pwd:{description.IcePassword}");
        if (description.Trickle)
            Line(text, "a=ice-options:trickle");
        Line(text, $"a=fingerprint:sha-256 {string.Join(':', description.Fingerprint.Select(static octet => octet.ToString("X2")))}");
        Line(text, $"a=setup:{SetupName(description.Setup)}");
        Line(text, $"a=sctp-port:{description.SctpPort}");
        Line(text, $"a=max-message-size:{description.MaxMessageSize}");
        foreach (IceCandidateLine candidate in description.Candidates)
            Line(text, $"a={candidate.Format()}");
        if (description.EndOfCandidates)
            Line(text, "a=end-of-candidates");
        return text.ToString();
    }

    private static string SetupName(DtlsSetup setup) => setup switch
    {
        DtlsSetup.Active => "active",
        DtlsSetup.Passive => "passive",
        _ => "actpass",
    };

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append("\r\n");

    private static void Line(StringBuilder text, string line) => text.Append(line).Append("\r\n");
}

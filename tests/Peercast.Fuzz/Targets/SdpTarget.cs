using System.Text;
using Peercast.Fuzz.Engine;
using Peercast.WebRtc.Sdp;

namespace Peercast.Fuzz.Targets;

/// <summary>Session descriptions, as an offer and as an answer.</summary>
internal sealed class SdpTarget() : FuzzTarget("sdp", "sdp")
{
    public override int MaxLength => 4096;

    public override int LeastOutcomes => 20;

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "\r\n", "\n", "\r", ":", " ", "=", "a=", "m=", "a=mid:", "a=candidate:", "a=ice-ufrag:", "a=ice-pwd:", "a=ice-lite", "a=setup:",
            "active", "passive", "actpass", "holdconn", "a=fingerprint:sha-256 ", "a=sctp-port:", "a=max-message-size:", "a=sctpmap:5000 ",
            "a=group:BUNDLE 0 1", "a=end-of-candidates", "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", "0", "-1", "65536", "4294967296",
            "99999999999999999999", "1e5", "é", "日本", "😀", "\0",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public override int Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        int outcome = Check(text, SessionDescriptionParser.TryParseOffer(text, out DataChannelDescription? offer, out string? error), offer, error);
        return (outcome * 31) + Check(text, SessionDescriptionParser.TryParseAnswer(text, out offer, out error), offer, error);
    }

    private static int Check(string text, bool accepted, DataChannelDescription? description, string? error)
    {
        if (!accepted)
        {
            BrokenClaimException.Unless(!string.IsNullOrEmpty(error), "a refusal says why");
            // Reasons may quote what was wrong: their first words tell them apart. A string's own hash differs from process to process.
            return error!.Take(40).Aggregate(7, (hash, letter) => (hash * 31) + letter) & 0xFFFF;
        }

        BrokenClaimException.Unless(description!.Fingerprint.Length == DataChannelDescription.FingerprintLength, "a fingerprint is whole");
        BrokenClaimException.Unless(description.IceUfrag.Length is >= 4 and <= 256, "a username fragment has 4 to 256 characters");
        BrokenClaimException.Unless(description.IcePassword.Length is >= 22 and <= 256, "a password has 22 to 256 characters");
        BrokenClaimException.Unless(description.Candidates.Count <= text.Length / 20, "every candidate was in the text");
        // Its parts go into the lines of the answer.
        string written = SessionDescriptionWriter.Write(description);
        BrokenClaimException.Unless(
            SessionDescriptionParser.TryParseOffer(written, out DataChannelDescription? again, out _)
                || SessionDescriptionParser.TryParseAnswer(written, out again, out _),
            "what was accepted can be written and read again");
        BrokenClaimException.Unless(again!.Mid == description.Mid && again.IceUfrag == description.IceUfrag, "it is the same then");
        return 1 << 16 | Math.Min(description.Candidates.Count, 7) | ((int)description.Setup << 3)
            | (description.IceLite ? 1 << 6 : 0) | (description.Trickle ? 1 << 7 : 0) | (description.EndOfCandidates ? 1 << 8 : 0);
    }
}

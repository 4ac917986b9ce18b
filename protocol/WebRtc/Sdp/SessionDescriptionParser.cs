using System.Diagnostics.CodeAnalysis;

namespace Peercast.WebRtc.Sdp;

/// <summary>
/// Reads offers and answers of browsers and of ours, RFC 8866: tolerant in what is unknown, bounded in all, and clear about why a description cannot be used.
/// </summary>
internal static class SessionDescriptionParser
{
    /// <summary>Characters of the longest description that is read.</summary>
    public const int MaxLength = 65_536;

    /// <summary>RFC 8841 section 6.1: what a peer takes that does not tell.</summary>
    private const uint UnstatedMaxMessageSize = 65_536;

    /// <summary>Reads an offer.</summary>
    /// <param name="sdp">The text; lines may end in CR LF or LF.</param>
    /// <param name="description">What it says.</param>
    /// <param name="error">One sentence for people when it cannot be used.</param>
    public static bool TryParseOffer(
        string sdp, [NotNullWhen(true)] out DataChannelDescription? description, [NotNullWhen(false)] out string? error) =>
        TryParse(sdp, isOffer: true, out description, out error);

    /// <summary>Reads an answer to an offer that leaves the DTLS role to the answerer.</summary>
    /// <param name="sdp">The text; lines may end in CR LF or LF.</param>
    /// <param name="description">What it says; its setup is active or passive.</param>
    /// <param name="error">One sentence for people when it cannot be used.</param>
    public static bool TryParseAnswer(
        string sdp, [NotNullWhen(true)] out DataChannelDescription? description, [NotNullWhen(false)] out string? error) =>
        TryParse(sdp, isOffer: false, out description, out error);

    private static bool TryParse(
        string sdp, bool isOffer, [NotNullWhen(true)] out DataChannelDescription? description, [NotNullWhen(false)] out string? error)
    {
        description = null;
        error = TryReadSections(sdp, out SdpSection session, out SdpSection? media);
        if (error is not null || media is null)
        {
            error ??= "The description has no data channel section (m=application ... webrtc-datachannel).";
            return false;
        }

        error = TryReadSetup(media.Setup ?? session.Setup, isOffer, out DtlsSetup setup);
        if (error is not null)
            return false;
        byte[]? fingerprint = media.Fingerprint ?? session.Fingerprint;
        if (fingerprint is null)
        {
            error = media.HasOtherFingerprint || session.HasOtherFingerprint
                ? "The description has no SHA-256 certificate fingerprint, and no other kind is supported."
                : "The description has no valid certificate fingerprint (a=fingerprint).";
            return false;
        }

        // The two belong together: a fragment of one level with a password of the other would be a mixture.
        SdpSection credentials = media.IceUfrag is not null || media.IcePassword is not null ? media : session;
        if (credentials.IceUfrag is null || credentials.IcePassword is null)
        {
            error = "The description has no valid ICE credentials (a=ice-ufrag and a=ice-pwd).";
            return false;
        }

        description = new DataChannelDescription
        {
            Mid = media.Mid ?? "0",
            IceUfrag = credentials.IceUfrag,
            IcePassword = credentials.IcePassword,
            IceLite = session.IceLite || media.IceLite,
            Trickle = session.Trickle || media.Trickle,
            Fingerprint = fingerprint,
            Setup = setup,
            SctpPort = media.SctpPort ?? 5000,
            MaxMessageSize = media.MaxMessageSize ?? UnstatedMaxMessageSize,
            Candidates = media.Candidates,
            EndOfCandidates = media.EndOfCandidates || session.EndOfCandidates,
        };
        return true;
    }

    private static string? TryReadSections(string sdp, out SdpSection session, out SdpSection? media)
    {
        session = new SdpSection();
        media = null;
        if (sdp.Length > MaxLength)
            return $"The description is longer than {MaxLength} characters.";
        if (!sdp.StartsWith("v=0", StringComparison.Ordinal))
            return "The description is not SDP: it does not begin with v=0.";

        SdpSection section = session;
        string? foreign = null;
        foreach (ReadOnlySpan<char> line in sdp.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("a=", StringComparison.Ordinal))
            {
                section.AddAttribute(line[2..]);
            }
            else if (line.StartsWith("m=", StringComparison.Ordinal))
            {
                section = new SdpSection();
                if (media is not null || !IsDataChannel(line[2..], out bool rejected))
                    foreign ??= line[..Math.Min(line.Length, 80)].ToString();
                else if (rejected)
                    return "The peer rejected the data channel section (port 0).";
                else
                    media = section;
            }
        }

        // An answer must mirror every section, and we can say nothing about audio or video.
        return media is not null && foreign is not null
            ? $"The description has a section besides the data channel's ({foreign}); only data channels are supported."
            : null;
    }

    /// <summary>RFC 8841 section 4.2: <c>application 9 UDP/DTLS/SCTP webrtc-datachannel</c>.</summary>
    private static bool IsDataChannel(ReadOnlySpan<char> media, out bool rejected)
    {
        Span<Range> words = stackalloc Range[5];
        int count = media.Split(words, ' ', StringSplitOptions.RemoveEmptyEntries);
        rejected = count >= 2 && media[words[1]] is "0";
        return count == 4
            && media[words[0]] is "application"
            && media[words[2]].EndsWith("DTLS/SCTP", StringComparison.OrdinalIgnoreCase)
            && media[words[3]].Trim().Equals("webrtc-datachannel", StringComparison.OrdinalIgnoreCase);
    }

    private static string? TryReadSetup(string? word, bool isOffer, out DtlsSetup setup)
    {
        setup = word switch
        {
            "active" => DtlsSetup.Active,
            "passive" => DtlsSetup.Passive,
            _ => DtlsSetup.ActPass,
        };
        if (word is not (null or "active" or "passive" or "actpass"))
            return "The description wants no DTLS connection now (a=setup is neither active, passive nor actpass).";
        return !isOffer && setup == DtlsSetup.ActPass ? "The answer does not choose a DTLS role (a=setup must be active or passive)." : null;
    }
}

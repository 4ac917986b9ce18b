using System.Globalization;
using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.Sdp;

/// <summary>The attributes, among those of use here, of the session level or of a media section; the first of each kind counts.</summary>
internal sealed class SdpSection
{
    private const int MaxCandidates = 50;
    private const int MaxMidLength = 64;
    private readonly List<IceCandidateLine> _candidates = [];

    public string? Mid { get; private set; }

    public string? IceUfrag { get; private set; }

    public string? IcePassword { get; private set; }

    public bool IceLite { get; private set; }

    public bool Trickle { get; private set; }

    public byte[]? Fingerprint { get; private set; }

    /// <summary>There is a fingerprint, but none of SHA-256.</summary>
    public bool HasOtherFingerprint { get; private set; }

    /// <summary>The word in <c>a=setup</c>.</summary>
    public string? Setup { get; private set; }

    public ushort? SctpPort { get; private set; }

    public uint? MaxMessageSize { get; private set; }

    public IReadOnlyList<IceCandidateLine> Candidates => _candidates;

    public bool EndOfCandidates { get; private set; }

    /// <summary>Takes the text after <c>a=</c>. What is unknown or malformed is as if it were not there.</summary>
    public void AddAttribute(ReadOnlySpan<char> attribute)
    {
        int colon = attribute.IndexOf(':');
        ReadOnlySpan<char> name = (colon < 0 ? attribute : attribute[..colon]).Trim();
        ReadOnlySpan<char> value = (colon < 0 ? [] : attribute[(colon + 1)..]).Trim();
        switch (name)
        {
            case "mid":
                if (value.Length is > 0 and <= MaxMidLength && IsToken(value))
                    Mid ??= value.ToString();
                break;
            case "ice-ufrag":
                if (value.Length is >= 4 and <= 256 && IceCandidateLine.IsIceText(value))
                    IceUfrag ??= value.ToString();
                break;
            case "ice-pwd":
                if (value.Length is >= 22 and <= 256 && IceCandidateLine.IsIceText(value))
                    IcePassword ??= value.ToString();
                break;
            case "ice-lite":
                IceLite = true;
                break;
            case "ice-options":
                foreach (Range word in value.Split(' '))
                    Trickle |= value[word] is "trickle";
                break;
            case "fingerprint":
                AddFingerprint(value);
                break;
            case "setup":
                Setup ??= value.ToString().ToLowerInvariant();
                break;
            case "sctp-port":
                if (ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port != 0)
                    SctpPort ??= port;
                break;
            case "max-message-size":
                // A limit beyond 32 bits is no limit to us.
                if (ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong size))
                    MaxMessageSize ??= size > uint.MaxValue ? 0 : (uint)size;
                break;
            case "candidate":
                if (_candidates.Count < MaxCandidates && IceCandidateLine.TryParse(value, out IceCandidateLine? candidate))
                    _candidates.Add(candidate!);
                break;
            case "end-of-candidates":
                EndOfCandidates = true;
                break;
        }
    }

    /// <summary>RFC 8122 section 5: <c>sha-256 12:DF:3E:...</c></summary>
    private void AddFingerprint(ReadOnlySpan<char> value)
    {
        int space = value.IndexOf(' ');
        if (space < 0)
            return;
        if (!value[..space].Equals("sha-256", StringComparison.OrdinalIgnoreCase))
        {
            HasOtherFingerprint = true;
            return;
        }

        const int Octets = DataChannelDescription.FingerprintLength;
        value = value[space..].Trim();
        if (Fingerprint is not null || value.Length != (Octets * 3) - 1)
            return;
        var digest = new byte[Octets];
        for (int i = 0; i < Octets; i++)
        {
            if ((i > 0 && value[(i * 3) - 1] != ':')
                || !byte.TryParse(value.Slice(i * 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out digest[i]))
            {
                return;
            }
        }

        Fingerprint = digest;
    }

    private static bool IsToken(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c is <= ' ' or >= '\u007f')
                return false;
        }

        return true;
    }
}

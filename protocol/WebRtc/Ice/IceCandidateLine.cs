using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Peercast.WebRtc.Mdns;

namespace Peercast.WebRtc.Ice;

/// <summary>
/// The <c>candidate</c> attribute, RFC 8839 section 5.1: what is exchanged in SDP and in trickled signaling.
/// Extensions (<c>generation</c>, <c>network-cost</c> and the like) are read over and not kept, save <c>ufrag</c>.
/// </summary>
internal sealed record IceCandidateLine
{
    /// <summary>Characters of the longest line that is read.</summary>
    public const int MaxLength = 1024;

    /// <summary>1 to 32 characters; equal for candidates likely to work or fail together.</summary>
    public required string Foundation { get; init; }

    /// <summary>1 to 256; data channels have component 1 alone.</summary>
    public int Component { get; init; } = 1;

    /// <summary><c>udp</c> or <c>tcp</c>, in the writer's own case.</summary>
    public string Transport { get; init; } = "udp";

    /// <summary>RFC 8445 section 5.1.2.</summary>
    public required uint Priority { get; init; }

    /// <summary>An IP address in text, or a <c>.local</c> mDNS name.</summary>
    public required string Host { get; init; }

    /// <summary>0 to 65,535.</summary>
    public required int Port { get; init; }

    public required IceCandidateType Type { get; init; }

    /// <summary>The base of a reflexive candidate; <see langword="null"/> when it is not told.</summary>
    public string? RelatedHost { get; init; }

    /// <summary>The port beside <see cref="RelatedHost"/>.</summary>
    public int RelatedPort { get; init; }

    /// <summary>The username fragment of the generation that the candidate belongs to, as browsers tell it; <see langword="null"/> when it is not told.</summary>
    public string? Ufrag { get; init; }

    /// <summary>
    /// The address to send checks to, or <see langword="null"/> for a candidate that is of no use here: not UDP, not component 1, an mDNS name,
    /// or an address that no single peer can have. IPv6 link-local addresses count among these, as they mean nothing without a zone.
    /// </summary>
    public IPEndPoint? UsableEndPoint
    {
        get
        {
            if (!IsReachable || !TryParseAddress(Host, out IPAddress? address))
                return null;

            return IsUnicast(address!) ? new IPEndPoint(address!, Port) : null;
        }
    }

    /// <summary>
    /// The browser's name to look up in place of an address (<see cref="MdnsName"/>), or <see langword="null"/> for a candidate that has none or is of no use here.
    /// </summary>
    public string? UsableName => IsReachable && MdnsName.IsValid(Host) ? Host : null;

    private bool IsReachable => Component == 1 && Port != 0 && Transport.Equals("udp", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a line with or without <c>a=</c> and <c>candidate:</c> in front.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IceCandidateLine? line)
    {
        line = null;
        if (text.Length > MaxLength)
            return false;
        text = text.Trim();
        if (text.StartsWith("a=", StringComparison.Ordinal))
            text = text[2..];
        if (text.StartsWith("candidate:", StringComparison.OrdinalIgnoreCase))
            text = text["candidate:".Length..];

        if (!TryTakeWord(ref text, 32, out ReadOnlySpan<char> foundation) || !IsIceText(foundation)
            || !TryTakeNumber(ref text, 256, out long component) || component == 0
            || !TryTakeWord(ref text, 16, out ReadOnlySpan<char> transport)
            || !TryTakeNumber(ref text, uint.MaxValue, out long priority)
            || !TryTakeWord(ref text, 255, out ReadOnlySpan<char> host)
            || !TryTakeNumber(ref text, ushort.MaxValue, out long port)
            || !TryTakeWord(ref text, 3, out ReadOnlySpan<char> typ) || !typ.Equals("typ", StringComparison.OrdinalIgnoreCase)
            || !TryTakeWord(ref text, 16, out ReadOnlySpan<char> typeName) || !TryParseType(typeName, out IceCandidateType type))
        {
            return false;
        }

        string? relatedHost = null;
        string? ufrag = null;
        long relatedPort = 0;
        while (TryTakeWord(ref text, MaxLength, out ReadOnlySpan<char> name))
        {
            if (name.Equals("raddr", StringComparison.OrdinalIgnoreCase))
            {
                if (!TryTakeWord(ref text, 255, out ReadOnlySpan<char> related))
                    return false;
                relatedHost = related.ToString();
            }
            else if (name.Equals("rport", StringComparison.OrdinalIgnoreCase))
            {
                if (!TryTakeNumber(ref text, ushort.MaxValue, out relatedPort))
                    return false;
            }
            else if (!TryTakeWord(ref text, MaxLength, out ReadOnlySpan<char> extension))
            {
                // An extension's name without a value: odd, and no reason to lose the candidate.
                break;
            }
            else if (name.Equals("ufrag", StringComparison.OrdinalIgnoreCase) && extension.Length <= 256 && IsIceText(extension))
            {
                ufrag = extension.ToString();
            }
        }

        line = new IceCandidateLine
        {
            Foundation = foundation.ToString(),
            Component = (int)component,
            Transport = transport.ToString(),
            Priority = (uint)priority,
            Host = host.ToString(),
            Port = (int)port,
            Type = type,
            RelatedHost = relatedHost,
            RelatedPort = (int)relatedPort,
            Ufrag = ufrag,
        };
        return true;
    }

    /// <summary>The text from <c>candidate:</c> on, as browsers put it into <c>RTCIceCandidate.candidate</c>.</summary>
    public string Format()
    {
        string typeName = Type switch
        {
            IceCandidateType.Host => "host",
            IceCandidateType.ServerReflexive => "srflx",
            IceCandidateType.PeerReflexive => "prflx",
            _ => "relay",
        };
        string related = RelatedHost is null ? "" : string.Create(CultureInfo.InvariantCulture, $" raddr {RelatedHost} rport {RelatedPort}");
        string generation = Ufrag is null ? "" : $" ufrag {Ufrag}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"candidate:{Foundation} {Component} {Transport} {Priority} {Host} {Port} typ {typeName}{related}{generation}");
    }

    /// <summary>An address that one peer can have and that means the same on both sides.</summary>
    public static bool IsUnicast(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return !(address.IsIPv6Multicast || address.IsIPv6LinkLocal || address.Equals(IPAddress.IPv6Any));
        Span<byte> octets = stackalloc byte[4];
        return address.TryWriteBytes(octets, out _) && octets[0] is not (0 or >= 224);
    }

    private static bool TryParseAddress(string text, out IPAddress? address)
    {
        // The platform's parser also takes "1" and "0x7f.1" for IPv4; canonical text alone may pass.
        if (!IPAddress.TryParse(text, out address) || text.Contains('%', StringComparison.Ordinal))
            return false;
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return string.Equals(address.ToString(), text, StringComparison.Ordinal);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return true;
    }

    private static bool TryParseType(ReadOnlySpan<char> name, out IceCandidateType type)
    {
        switch (name)
        {
            case "host": type = IceCandidateType.Host; return true;
            case "srflx": type = IceCandidateType.ServerReflexive; return true;
            case "prflx": type = IceCandidateType.PeerReflexive; return true;
            case "relay": type = IceCandidateType.Relayed; return true;
            default: type = default; return false;
        }
    }

    /// <summary>Letters, digits, plus and slash: RFC 8839 section 5.1, <c>ice-char</c>.</summary>
    internal static bool IsIceText(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            // A hyphen is none, but does no harm: implementations print numbers below zero as foundations.
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '/' or '-'))
                return false;
        }

        return true;
    }

    private static bool TryTakeWord(ref ReadOnlySpan<char> text, int maxLength, out ReadOnlySpan<char> word)
    {
        text = text.TrimStart(' ');
        int space = text.IndexOf(' ');
        word = space < 0 ? text : text[..space];
        text = text[word.Length..];
        return word.Length > 0 && word.Length <= maxLength && word.IndexOfAny('\r', '\n', '\0') < 0;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<char> text, long max, out long number)
    {
        number = 0;
        return TryTakeWord(ref text, 10, out ReadOnlySpan<char> word)
            && long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number <= max;
    }
}

using System.Net;
using System.Text;

namespace Peercast.WebRtc.PortMapping;

/// <summary>The search for a UPnP gateway, UPnP Device Architecture 1.1 section 1.3.</summary>
internal static class SsdpMessage
{
    /// <summary>Where searches go.</summary>
    public static readonly IPEndPoint Group = new(IPAddress.Parse("239.255.255.250"), 1900);

    /// <summary>Bytes of the longest response that is read.</summary>
    public const int MaxLength = 2048;

    private const int MaxAddressLength = 256;

    /// <summary>A search for gateways of version 1, which later versions answer as well.</summary>
    public static byte[] Search { get; } = Encoding.ASCII.GetBytes(
        "M-SEARCH * HTTP/1.1\r\n"
        + "HOST: 239.255.255.250:1900\r\n"
        + "MAN: \"ssdp:discover\"\r\n"
        + "MX: 1\r\n"
        + "ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n");

    /// <summary>Reads where a gateway describes itself.</summary>
    /// <param name="message">A whole datagram.</param>
    /// <param name="source">Who has sent it: a description anywhere else is not believed.</param>
    /// <param name="location">An HTTP address at the source.</param>
    public static bool TryReadLocation(ReadOnlySpan<byte> message, IPAddress source, out Uri? location)
    {
        location = null;
        if (message.Length > MaxLength || !message.StartsWith("HTTP/1.1 200"u8))
            return false;
        foreach (ReadOnlySpan<char> line in Encoding.Latin1.GetString(message).AsSpan().EnumerateLines())
        {
            if (line.StartsWith("LOCATION:", StringComparison.OrdinalIgnoreCase))
                return TryReadAddress(line["LOCATION:".Length..].Trim().ToString(), source, out location);
        }

        return false;
    }

    /// <summary>Whether an address is of the web, short, and at a certain machine.</summary>
    public static bool TryReadAddress(string text, IPAddress host, out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address)
        && text.Length <= MaxAddressLength
        && address.Scheme == Uri.UriSchemeHttp
        && IPAddress.TryParse(address.Host, out IPAddress? named)
        && named.Equals(host);
}

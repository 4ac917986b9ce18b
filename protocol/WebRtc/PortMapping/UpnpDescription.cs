using System.Xml;

namespace Peercast.WebRtc.PortMapping;

/// <summary>A service of a gateway that makes mappings.</summary>
/// <param name="Type">Its type, which every call names.</param>
/// <param name="Control">Where calls go.</param>
internal sealed record UpnpService(string Type, Uri Control);

/// <summary>A gateway's description of itself, UPnP Device Architecture 1.1 section 2.3: which service makes mappings.</summary>
internal static class UpnpDescription
{
    /// <summary>Characters of the longest description that is read.</summary>
    public const int MaxLength = 64 * 1024;

    private const int MaxDepth = 32;

    // In order of preference: WANIPConnection and, of modems that dial, WANPPPConnection.
    private static readonly string[] Types =
    [
        "urn:schemas-upnp-org:service:WANIPConnection:2", "urn:schemas-upnp-org:service:WANIPConnection:1",
        "urn:schemas-upnp-org:service:WANPPPConnection:1",
    ];

    /// <summary>Finds the service. Whatever the text, it does not throw.</summary>
    /// <param name="text">The description.</param>
    /// <param name="location">Where it came from: the service must be at the same machine.</param>
    /// <param name="service">The service.</param>
    public static bool TryRead(string text, Uri location, out UpnpService? service)
    {
        service = null;
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (text.Length > MaxLength || !TryReadServices(text, found))
            return false;
        foreach (string type in Types)
        {
            if (found.TryGetValue(type, out string? control)
                && Uri.TryCreate(location, control, out Uri? address)
                && SsdpMessage.TryReadAddress(address.AbsoluteUri, System.Net.IPAddress.Parse(location.Host), out address))
            {
                service = new UpnpService(type, address!);
                return true;
            }
        }

        return false;
    }

    private static bool TryReadServices(string text, Dictionary<string, string> found)
    {
        try
        {
            using XmlReader reader = XmlReader.Create(new StringReader(text), SafeXml.Settings);
            string type = "", control = "";
            while (reader.Read())
            {
                if (reader.Depth > MaxDepth)
                    return false;
                switch (reader.NodeType, reader.LocalName)
                {
                    case (XmlNodeType.Element, "service"):
                        type = control = "";
                        break;
                    case (XmlNodeType.Element, "serviceType"):
                        type = SafeXml.ReadText(reader);
                        break;
                    case (XmlNodeType.Element, "controlURL"):
                        control = SafeXml.ReadText(reader);
                        break;
                    case (XmlNodeType.EndElement, "service"):
                        found.TryAdd(type, control);
                        break;
                }
            }

            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }
}

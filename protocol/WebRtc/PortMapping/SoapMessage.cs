using System.Globalization;
using System.Net;
using System.Xml;

namespace Peercast.WebRtc.PortMapping;

/// <summary>The calls of a gateway's service, WANIPConnection:1 section 2.4, in SOAP 1.1.</summary>
internal static class SoapMessage
{
    /// <summary>Asks for the router's outer address.</summary>
    public static string GetExternalAddress(UpnpService service) => Call(service, "GetExternalIPAddress", "");

    /// <summary>Asks for a mapping.</summary>
    /// <param name="service">The service.</param>
    /// <param name="client">The socket that it is for.</param>
    /// <param name="externalPort">The outer port.</param>
    /// <param name="lifetimeSeconds">How long; 0: for ever, which is all that some routers take.</param>
    public static string AddPortMapping(UpnpService service, IPEndPoint client, int externalPort, uint lifetimeSeconds) => Call(
        service,
        "AddPortMapping",
        string.Create(
            CultureInfo.InvariantCulture,
            $"<NewRemoteHost></NewRemoteHost><NewExternalPort>{externalPort}</NewExternalPort><NewProtocol>UDP</NewProtocol><NewInternalPort>{client.Port}</NewInternalPort><NewInternalClient>{client.Address}</NewInternalClient><NewEnabled>1</NewEnabled><NewPortMappingDescription>Peercast</NewPortMappingDescription><NewLeaseDuration>{lifetimeSeconds}</NewLeaseDuration>"));

    /// <summary>Ends a mapping.</summary>
    public static string DeletePortMapping(UpnpService service, int externalPort) => Call(
        service,
        "DeletePortMapping",
        string.Create(
            CultureInfo.InvariantCulture,
            $"<NewRemoteHost></NewRemoteHost><NewExternalPort>{externalPort}</NewExternalPort><NewProtocol>UDP</NewProtocol>"));

    /// <summary>Reads one element of an answer. Whatever the text, it does not throw.</summary>
    /// <returns>Its text, or <see langword="null"/>.</returns>
    public static string? TryReadElement(string text, string name)
    {
        if (text.Length > UpnpDescription.MaxLength)
            return null;
        try
        {
            using XmlReader reader = XmlReader.Create(new StringReader(text), SafeXml.Settings);
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element && reader.LocalName == name)
                    return SafeXml.ReadText(reader);
            }
        }
        catch (XmlException)
        {
            // Not an answer.
        }

        return null;
    }

    private static string Call(UpnpService service, string action, string arguments) =>
        "<?xml version=\"1.0\"?>\r\n"
        + "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\">"
        + $"<s:Body><u:{action} xmlns:u=\"{service.Type}\">{arguments}</u:{action}></s:Body></s:Envelope>\r\n";
}

namespace Peercast.WebRtc.Tests.PortMapping;

/// <summary>What a UPnP gateway says.</summary>
internal static class UpnpSamples
{
    public const string Mapped = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><u:AddPortMappingResponse xmlns:u=\"x\"/></s:Body></s:Envelope>";

    public static string Found(string location) =>
        $"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\nLocation: {location}\r\n\r\n";

    public static string Description(string control) => $"""
        <?xml version="1.0"?>
        <root xmlns="urn:schemas-upnp-org:device-1-0"><device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
          <serviceList><service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType><controlURL>/no</controlURL></service></serviceList>
          <deviceList><device><deviceList><device><serviceList><service>
            <serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>
            <serviceId>urn:upnp-org:serviceId:WANIPConn1</serviceId><controlURL>{control}</controlURL><eventSubURL>/evt</eventSubURL>
          </service></serviceList></device></deviceList></device></deviceList>
        </device></root>
        """;

    public static string Address(string address) =>
        $"<s:Envelope><s:Body><u:GetExternalIPAddressResponse><NewExternalIPAddress>{address}</NewExternalIPAddress></u:GetExternalIPAddressResponse></s:Body></s:Envelope>"
            .Replace("s:", "", StringComparison.Ordinal).Replace("u:", "", StringComparison.Ordinal);

    public static string Error(int code) => $"<Envelope><Body><Fault><detail><UPnPError><errorCode>{code}</errorCode></UPnPError></detail></Fault></Body></Envelope>";
}

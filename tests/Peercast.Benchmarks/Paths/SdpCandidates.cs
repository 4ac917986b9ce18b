using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Peercast.Benchmarks.Paths;

/// <summary>Puts a relay into a session description in the place of the candidates that it offers.</summary>
internal static class SdpCandidates
{
    private const string Prefix = "a=candidate:";

    // foundation component transport priority address port "typ" ... (RFC 8839 section 5.1).
    private const int TransportField = 2;
    private const int AddressField = 4;
    private const int PortField = 5;

    /// <summary>The first IPv4 address that a description offers for UDP.</summary>
    public static IPEndPoint First(string sdp) =>
        Lines(sdp).Select(EndPointOf).FirstOrDefault(found => found is not null)
        ?? throw new InvalidOperationException("The description offers no IPv4 address.");

    /// <summary>The description with one candidate: the first one, elsewhere.</summary>
    public static string MoveTo(string sdp, IPEndPoint relay)
    {
        bool moved = false;
        var lines = new List<string>();
        foreach (string line in Lines(sdp))
        {
            if (!line.StartsWith(Prefix, StringComparison.Ordinal))
            {
                lines.Add(line);
            }
            else if (!moved && EndPointOf(line) is not null)
            {
                moved = true;
                string[] fields = line.Split(' ');
                fields[AddressField] = relay.Address.ToString();
                fields[PortField] = relay.Port.ToString(CultureInfo.InvariantCulture);
                lines.Add(string.Join(' ', fields));
            }
        }

        return string.Join("\r\n", lines) + "\r\n";
    }

    private static string[] Lines(string sdp) => sdp.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IPEndPoint? EndPointOf(string line)
    {
        string[] fields = line.Split(' ');
        return line.StartsWith(Prefix, StringComparison.Ordinal)
            && fields.Length > PortField
            && fields[TransportField].Equals("udp", StringComparison.OrdinalIgnoreCase)
            && IPAddress.TryParse(fields[AddressField], out IPAddress? address)
            && address.AddressFamily == AddressFamily.InterNetwork
                ? new IPEndPoint(address, int.Parse(fields[PortField], CultureInfo.InvariantCulture))
                : null;
    }
}

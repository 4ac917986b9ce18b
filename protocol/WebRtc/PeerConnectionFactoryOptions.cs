using System.Net;
using System.Net.Sockets;

namespace Peercast.WebRtc;

/// <summary>What a <see cref="PeerConnectionFactory"/> can be told. Checked when the factory is made.</summary>
public sealed record PeerConnectionFactoryOptions
{
    /// <summary>
    /// Addresses of this machine to bind one UDP socket each to, most preferred first; each becomes a host candidate. At
    /// most 16. <see langword="null"/> (default): those of the interfaces that are up, without link-local ones, and those that come later.
    /// </summary>
    public IReadOnlyList<IPAddress>? BindAddresses { get; init; }

    /// <summary>
    /// Bind loopback addresses as well when <see cref="BindAddresses"/> is <see langword="null"/>, so that peers on this
    /// machine can be reached without a network. Default: <see langword="false"/>, as browsers do; a machine without any
    /// other address uses them all the same.
    /// </summary>
    public bool IncludeLoopback { get; init; }

    /// <summary>Use IPv6 addresses when <see cref="BindAddresses"/> is <see langword="null"/>. Default: <see langword="true"/>.</summary>
    public bool IncludeIPv6 { get; init; } = true;

    /// <summary>The UDP port of every socket, 0 to 65,535. Default: 0, any free one for each.</summary>
    public int Port { get; init; }

    /// <summary>
    /// STUN servers that say what our address looks like from outside (RFC 8445 section 5.1.1.2), at most 8. Default: none, which
    /// is enough where peers reach each other without address translation.
    /// </summary>
    public IReadOnlyList<IPEndPoint> StunServers { get; init; } = [];

    /// <summary>
    /// Look up the names (a UUID below <c>local</c>) that browsers put into their candidates to hide their addresses, by multicast DNS
    /// (RFC 6762) on the local networks. Default: <see langword="true"/>; nothing is opened or sent until a peer gives such a name.
    /// </summary>
    public bool ResolveMdnsNames { get; init; } = true;

    /// <summary>
    /// Have the router map the ports of sockets with private IPv4 addresses, by PCP (RFC 6887), NAT-PMP (RFC 6886) or UPnP, so that peers behind any other NAT can
    /// reach them. The mappings are renewed, and removed when the factory is disposed of. Default: <see langword="false"/>, as it opens the router to these ports.
    /// </summary>
    public bool MapPorts { get; init; }

    /// <summary>Connections that may exist at once, at least 1. Default: 1,024.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>
    /// Bytes that the system may hold for each socket until we read them, at least 64 KiB. Default: 4 MiB; the system may
    /// grant less (Linux: net.core.rmem_max).
    /// </summary>
    public int ReceiveBufferBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Bytes that may wait in each socket to be sent, at least 64 KiB. Default: 2 MiB; the system may grant less (Linux:
    /// net.core.wmem_max).
    /// </summary>
    public int SendBufferBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>
    /// Hand several datagrams to the system, and take several from it, in one call, where it can (Linux: UDP_SEGMENT and UDP_GRO);
    /// elsewhere it changes nothing. Default: <see langword="true"/>.
    /// </summary>
    public bool UseSegmentOffload { get; init; } = true;

    /// <summary>
    /// Bytes of received messages of one connection that may wait for its handlers, at least 256 KiB. Above it what the peer
    /// sends is dropped, so that it slows down, until they catch up. Default: 4 MiB.
    /// </summary>
    public long MaxUndeliveredBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// How what the connections send shares the path with other traffic. Default: <see cref="CongestionControl.Model"/>.
    /// </summary>
    public CongestionControl CongestionControl { get; init; } = CongestionControl.Model;

    internal const int MaxSockets = 16;
    private const int MaxStunServers = 8;
    private const int MinSocketBuffer = 64 * 1024;
    private const long MinUndelivered = 256 * 1024;

    internal void Validate()
    {
        Check(BindAddresses is null or { Count: > 0 and <= MaxSockets }, nameof(BindAddresses), $"must hold 1 to {MaxSockets} addresses");
        Check(
            BindAddresses is null || BindAddresses.All(address => IsIP(address) && !IsWildcard(address) && !address.IsIPv6Multicast),
            nameof(BindAddresses),
            "must be addresses of interfaces: a wildcard would hide which of them a datagram came to");
        Check(Port is >= 0 and <= ushort.MaxValue, nameof(Port), "must be 0 to 65,535");
        Check(StunServers is { Count: <= MaxStunServers }, nameof(StunServers), $"must be at most {MaxStunServers}");
        Check(StunServers.All(server => IsIP(server.Address) && server.Port > 0), nameof(StunServers), "must be IP addresses with a port");
        Check(MaxConnections >= 1, nameof(MaxConnections), "must be at least 1");
        Check(ReceiveBufferBytes >= MinSocketBuffer, nameof(ReceiveBufferBytes), $"must be at least {MinSocketBuffer}");
        Check(SendBufferBytes >= MinSocketBuffer, nameof(SendBufferBytes), $"must be at least {MinSocketBuffer}");
        Check(Enum.IsDefined(CongestionControl), nameof(CongestionControl), "must be one of its values");
        Check(MaxUndeliveredBytes >= MinUndelivered, nameof(MaxUndeliveredBytes), $"must be at least {MinUndelivered}");
    }

    private static bool IsIP(IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6;

    private static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static void Check(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(PeerConnectionFactoryOptions)}.{name} {rule}.", name);
        }
    }
}

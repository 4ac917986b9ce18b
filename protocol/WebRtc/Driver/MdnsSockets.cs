using System.Net;
using System.Net.Sockets;
using Peercast.WebRtc.Mdns;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// The sockets of one round of lookups by multicast DNS: one for each family, on the port of the protocol, in the group on each
/// interface. Browsers answer to the group alone (RFC 6762 section 6), so a socket on another port would hear nothing of them.
/// </summary>
internal sealed class MdnsSockets : IDisposable
{
    /// <summary>RFC 6762 section 3.</summary>
    public const int Port = 5353;

    // RFC 6762 section 17: a message has at most 9,000 bytes with its headers.
    private const int MaxMessage = 9000;

    private static readonly IPAddress GroupV4 = IPAddress.Parse("224.0.0.251");
    private static readonly IPAddress GroupV6 = IPAddress.Parse("ff02::fb");

    private readonly int _port;
    private readonly IReadOnlyList<MdnsInterface> _interfaces;
    private readonly Socket? _v4;
    private readonly Socket? _v6;
    private readonly byte[] _buffer = new byte[MaxMessage];

    /// <summary>Opens what can be opened; what cannot is left out.</summary>
    public MdnsSockets(IReadOnlyList<MdnsInterface> interfaces, int port)
    {
        _interfaces = interfaces;
        _port = port;
        if (interfaces.Any(network => network.IPv4 is not null))
        {
            _v4 = TryOpen(AddressFamily.InterNetwork);
        }

        if (interfaces.Any(network => network.IPv6Index is not null))
        {
            _v6 = TryOpen(AddressFamily.InterNetworkV6);
        }
    }

    /// <summary>Sends one query to the group on every interface. A failure is a lost datagram.</summary>
    public void Send(MdnsQuestion question)
    {
        Span<byte> query = stackalloc byte[MdnsMessage.MaxQueryLength];
        query = query[..MdnsMessage.WriteQuery(query, question.Name, question.Type)];
        foreach (MdnsInterface network in _interfaces)
        {
            if (_v4 is not null && network.IPv4 is { } address)
            {
                TrySend(_v4, SocketOptionLevel.IP, address.GetAddressBytes(), query, GroupV4);
            }

            if (_v6 is not null && network.IPv6Index is { } index)
            {
                TrySend(_v6, SocketOptionLevel.IPv6, BitConverter.GetBytes(index), query, GroupV6);
            }
        }
    }

    /// <summary>Waits for datagrams, not longer than a time, and hands over what has come.</summary>
    public void Receive(TimeSpan wait, MdnsDatagramHandler received)
    {
        List<Socket> readable = [];
        if (_v4 is not null)
        {
            readable.Add(_v4);
        }

        if (_v6 is not null)
        {
            readable.Add(_v6);
        }

        if (readable.Count == 0)
        {
            Thread.Sleep(wait);
            return;
        }

        Socket.Select(readable, null, null, wait);
        foreach (Socket socket in readable)
        {
            try
            {
                EndPoint source = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
                int length = socket.ReceiveFrom(_buffer, ref source);

                // RFC 6762 section 6: a response from another port is none.
                if (((IPEndPoint)source).Port == _port)
                {
                    received(_buffer.AsSpan(0, length));
                }
            }
            catch (SocketException)
            {
                // An error of this one datagram.
            }
        }
    }

    public void Dispose()
    {
        _v4?.Dispose();
        _v6?.Dispose();
    }

    private static void TrySend(Socket socket, SocketOptionLevel level, byte[] network, ReadOnlySpan<byte> query, IPAddress group, int port)
    {
        try
        {
            socket.SetSocketOption(level, SocketOptionName.MulticastInterface, network);
            socket.SendTo(query, SocketFlags.None, new IPEndPoint(group, port));
        }
        catch (SocketException)
        {
            // The interface has just gone.
        }
    }

    private void TrySend(Socket socket, SocketOptionLevel level, byte[] network, ReadOnlySpan<byte> query, IPAddress group) =>
        TrySend(socket, level, network, query, group, _port);

    private Socket? TryOpen(AddressFamily family)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            bool isV4 = family == AddressFamily.InterNetwork;
            if (!isV4)
            {
                socket.DualMode = false;
            }

            Share(socket);
            socket.Bind(new IPEndPoint(isV4 ? IPAddress.Any : IPAddress.IPv6Any, _port));

            // RFC 6762 section 11: 255, so that a receiver can tell that nobody has forwarded it.
            socket.SetSocketOption(isV4 ? SocketOptionLevel.IP : SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive, byte.MaxValue);
            foreach (MdnsInterface network in _interfaces)
            {
                Join(socket, network, isV4);
            }

            return socket;
        }
        catch (SocketException)
        {
            // Another program has the port for itself: its names are then not ours to find.
            socket.Dispose();
            return null;
        }
    }

    private static void Join(Socket socket, MdnsInterface network, bool isV4)
    {
        try
        {
            if (isV4 && network.IPv4 is { } address)
            {
                socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(GroupV4, address));
            }
            else if (!isV4 && network.IPv6Index is { } index)
            {
                socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(GroupV6, index));
            }
        }
        catch (SocketException)
        {
            // The interface has just gone, or has no multicast after all.
        }
    }

    /// <summary>Lets the system's own responder and browsers have the port at the same time.</summary>
    private static void Share(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        if (OperatingSystem.IsLinux())
        {
            // .NET's ReuseAddress is SO_REUSEPORT there, which works only among programs of one user that all set it.
            const int SolSocket = 1, SoReuseAddr = 2;
            socket.SetRawSocketOption(SolSocket, SoReuseAddr, BitConverter.GetBytes(1));
        }
    }
}

/// <summary>Takes a datagram; valid until the handler returns.</summary>
internal delegate void MdnsDatagramHandler(ReadOnlySpan<byte> datagram);

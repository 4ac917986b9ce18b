using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// One of our sockets and one remote address, as a value that costs no allocation to make from what the socket reports.
/// </summary>
/// <param name="Socket">The socket's number in its factory.</param>
/// <param name="High">The first half of an IPv6 address.</param>
/// <param name="Low">Its second half, or the IPv4 address.</param>
/// <param name="Port">The port in network order, and the family above it.</param>
/// <param name="Scope">The IPv6 scope.</param>
internal readonly record struct PathKey(int Socket, ulong High, ulong Low, uint Port, uint Scope)
{
    // struct sockaddr_in and sockaddr_in6: on every platform the port is at 2; the address at 4 (IPv4) or 8 (IPv6), the scope at 24.
    private const int PortOffset = 2;
    private const int AddressOffsetV4 = 4;
    private const int AddressOffsetV6 = 8;
    private const int ScopeOffset = 24;

    /// <summary>The key of a datagram's source or destination.</summary>
    public static PathKey From(int socket, SocketAddress address)
    {
        ReadOnlySpan<byte> bytes = address.Buffer.Span[..address.Size];
        uint port = BinaryPrimitives.ReadUInt16BigEndian(bytes[PortOffset..]) | ((uint)address.Family << 16);
        return address.Family == AddressFamily.InterNetworkV6
            ? new PathKey(
                socket,
                BinaryPrimitives.ReadUInt64BigEndian(bytes[AddressOffsetV6..]),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[(AddressOffsetV6 + 8)..]),
                port,
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[ScopeOffset..]))
            : new PathKey(socket, 0, BinaryPrimitives.ReadUInt32BigEndian(bytes[AddressOffsetV4..]), port, 0);
    }
}

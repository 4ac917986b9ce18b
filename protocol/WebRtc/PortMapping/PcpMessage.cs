using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Peercast.WebRtc.PortMapping;

/// <summary>The Port Control Protocol's MAP requests and responses, RFC 6887 sections 7 and 11. Numbers are in network order.</summary>
internal static class PcpMessage
{
    /// <summary>Bytes of a request, and of the response to it, without options.</summary>
    public const int Length = HeaderLength + 36;

    /// <summary>Bytes of the number that ties responses to their requests.</summary>
    public const int NonceLength = 12;

    private const byte Version = 2;
    private const byte Map = 1;
    private const byte Response = 0x80;
    private const byte Udp = 17;
    private const int HeaderLength = 24;

    /// <summary>Asks for a mapping, or with a lifetime of 0 for its end.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="client">The address and port that the mapping is for; the request must come from this address.</param>
    /// <param name="nonce">The same for all requests about one mapping.</param>
    /// <param name="suggested">What it had before, or would like.</param>
    /// <param name="lifetimeSeconds">How long.</param>
    public static int WriteMapRequest(Span<byte> destination, IPEndPoint client, ReadOnlySpan<byte> nonce, IPEndPoint? suggested, uint lifetimeSeconds)
    {
        destination = destination[..Length];
        destination.Clear();
        destination[0] = Version;
        destination[1] = Map;
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], lifetimeSeconds);
        WriteAddress(destination[8..], client.Address);
        nonce.CopyTo(destination[HeaderLength..]);
        destination[36] = Udp;
        BinaryPrimitives.WriteUInt16BigEndian(destination[40..], (ushort)client.Port);
        BinaryPrimitives.WriteUInt16BigEndian(destination[42..], (ushort)(suggested?.Port ?? client.Port));

        // Section 11.1: all zeros of the family when there is no wish.
        WriteAddress(destination[44..], suggested?.Address ?? (client.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any));
        return Length;
    }

    /// <summary>Reads the answer to our request.</summary>
    /// <returns><see langword="false"/> when the message is anything else.</returns>
    public static bool TryReadMapResponse(
        ReadOnlySpan<byte> message, int internalPort, ReadOnlySpan<byte> nonce, out bool succeeded, out IPEndPoint? external, out uint lifetimeSeconds)
    {
        succeeded = false;
        external = null;
        lifetimeSeconds = 0;
        if (message.Length < Length || message[0] != Version || message[1] != (Response | Map)
            || !message.Slice(HeaderLength, NonceLength).SequenceEqual(nonce)
            || message[36] != Udp || BinaryPrimitives.ReadUInt16BigEndian(message[40..]) != internalPort)
        {
            return false;
        }

        lifetimeSeconds = BinaryPrimitives.ReadUInt32BigEndian(message[4..]);
        var address = new IPAddress(message.Slice(44, 16));
        external = new IPEndPoint(
            address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, BinaryPrimitives.ReadUInt16BigEndian(message[42..]));
        succeeded = message[3] == 0 && external.Port != 0;
        return true;
    }

    /// <summary>
    /// Whether the router says that it does not know this version: one with NAT-PMP alone answers in its own format (section 9), others with result 1, UNSUPP_VERSION.
    /// </summary>
    public static bool IsUnsupportedVersion(ReadOnlySpan<byte> message) =>
        message.Length >= 4 && (message[1] & Response) != 0
        && (message[0] == NatPmpMessage.Version ? BinaryPrimitives.ReadUInt16BigEndian(message[2..]) == 1 : message[3] == 1);

    private static void WriteAddress(Span<byte> destination, IPAddress address) => address.MapToIPv6().TryWriteBytes(destination, out _);
}

using System.Buffers.Binary;
using System.Net;

namespace Peercast.WebRtc.PortMapping;

/// <summary>NAT-PMP, RFC 6886: requests to a router and what it answers. Numbers are in network order.</summary>
internal static class NatPmpMessage
{
    /// <summary>The first byte of every message.</summary>
    public const byte Version = 0;

    /// <summary>Bytes of the longest request.</summary>
    public const int MaxRequestLength = 12;

    private const byte ExternalAddress = 0;
    private const byte MapUdp = 1;
    private const byte Response = 128;

    /// <summary>Asks for the router's outer address, section 3.2.</summary>
    public static int WriteAddressRequest(Span<byte> destination)
    {
        destination[0] = Version;
        destination[1] = ExternalAddress;
        return 2;
    }

    /// <summary>Asks for a mapping, or with a lifetime of 0 for its end (sections 3.3 and 3.4).</summary>
    public static int WriteMapRequest(Span<byte> destination, int internalPort, int suggestedPort, uint lifetimeSeconds)
    {
        destination[..MaxRequestLength].Clear();
        destination[1] = MapUdp;
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)internalPort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], (ushort)(lifetimeSeconds == 0 ? 0 : suggestedPort));
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], lifetimeSeconds);
        return MaxRequestLength;
    }

    /// <summary>Reads the router's outer address.</summary>
    /// <returns><see langword="false"/> when the message is anything else.</returns>
    public static bool TryReadAddress(ReadOnlySpan<byte> message, out bool succeeded, out IPAddress address)
    {
        succeeded = false;
        address = IPAddress.None;
        if (!IsResponse(message, ExternalAddress))
            return false;
        succeeded = message.Length >= 12 && BinaryPrimitives.ReadUInt16BigEndian(message[2..]) == 0;
        if (succeeded)
            address = new IPAddress(message[8..12]);
        return true;
    }

    /// <summary>Reads the answer to a request for a mapping.</summary>
    /// <returns><see langword="false"/> when the message is anything else, or the answer to a request for another port.</returns>
    public static bool TryReadMapping(ReadOnlySpan<byte> message, int internalPort, out bool succeeded, out int externalPort, out uint lifetimeSeconds)
    {
        succeeded = false;
        externalPort = 0;
        lifetimeSeconds = 0;
        if (!IsResponse(message, MapUdp) || message.Length < 16 || BinaryPrimitives.ReadUInt16BigEndian(message[8..]) != internalPort)
            return false;
        externalPort = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        lifetimeSeconds = BinaryPrimitives.ReadUInt32BigEndian(message[12..]);
        succeeded = BinaryPrimitives.ReadUInt16BigEndian(message[2..]) == 0 && externalPort != 0;
        return true;
    }

    private static bool IsResponse(ReadOnlySpan<byte> message, byte operation) =>
        message.Length >= 8 && message[0] == Version && message[1] == Response + operation;
}

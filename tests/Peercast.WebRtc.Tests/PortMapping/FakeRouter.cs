using System.Buffers.Binary;
using System.Net;

namespace Peercast.WebRtc.Tests.PortMapping;

/// <summary>What a router answers to requests by PCP and NAT-PMP; an implementation of its own, from the RFCs' byte tables.</summary>
internal sealed class FakeRouter
{
    public static readonly IPAddress External = IPAddress.Parse("203.0.113.5");

    public bool KnowsPcp { get; init; } = true;

    public byte Result { get; set; }

    public uint Lifetime { get; set; } = 3600;

    public int ExternalPort { get; set; } = 6000;

    /// <summary>Lifetimes asked for, in order; 0 asks for removal.</summary>
    public List<uint> Asked { get; } = [];

    /// <summary>The response to a request.</summary>
    public byte[]? Answer(ReadOnlySpan<byte> request)
    {
        // A test before this one may have had the port, and somebody may still send to it.
        if (request.Length < 2 || (request[0] == 2 && request.Length < 60) || (request[0] == 0 && request[1] != 0 && request.Length < 12))
            return null;
        if (request[0] == 2)
            return KnowsPcp ? AnswerPcp(request) : [0, 128, 0, 1, 0, 0, 0, 9];
        if (request[0] != 0)
            return null;
        return request[1] == 0
            ? [0, 128, 0, Result, 0, 0, 0, 9, .. External.GetAddressBytes()]
            : AnswerPmp(request);
    }

    private byte[] AnswerPcp(ReadOnlySpan<byte> request)
    {
        Asked.Add(BinaryPrimitives.ReadUInt32BigEndian(request[4..]));
        byte[] response = request.ToArray();
        response[1] |= 0x80;
        response[2] = 0;
        response[3] = Result;
        BinaryPrimitives.WriteUInt32BigEndian(response.AsSpan(4), Asked[^1] == 0 ? 0 : Lifetime);
        response.AsSpan(8, 16).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(response.AsSpan(42), (ushort)ExternalPort);
        External.MapToIPv6().GetAddressBytes().CopyTo(response, 44);
        return response;
    }

    private byte[] AnswerPmp(ReadOnlySpan<byte> request)
    {
        Asked.Add(BinaryPrimitives.ReadUInt32BigEndian(request[8..]));
        byte[] response = new byte[16];
        response[1] = 129;
        response[3] = Result;
        request.Slice(4, 2).CopyTo(response.AsSpan(8));
        BinaryPrimitives.WriteUInt16BigEndian(response.AsSpan(10), (ushort)ExternalPort);
        BinaryPrimitives.WriteUInt32BigEndian(response.AsSpan(12), Asked[^1] == 0 ? 0 : Lifetime);
        return response;
    }
}

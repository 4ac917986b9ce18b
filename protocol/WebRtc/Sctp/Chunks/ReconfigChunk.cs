using System.Buffers.Binary;

namespace Peercast.WebRtc.Sctp.Chunks;

/// <summary>RE-CONFIG and its parameters, RFC 6525 sections 3.1 and 4.</summary>
internal static class ReconfigChunk
{
    public const ushort OutgoingResetRequest = 13;
    public const ushort IncomingResetRequest = 14;
    public const ushort SsnTsnResetRequest = 15;
    public const ushort Response = 16;
    public const ushort AddOutgoingStreamsRequest = 17;
    public const ushort AddIncomingStreamsRequest = 18;

    /// <summary>Stream ids in one request; what fits in a packet with room to spare.</summary>
    public const int MaxStreams = 256;

    /// <summary>An outgoing SSN reset request (section 4.1).</summary>
    public static byte[] EncodeRequest(uint requestNumber, uint responseNumber, uint lastTsn, IReadOnlyList<ushort> streams)
    {
        var parameter = new byte[12 + (2 * streams.Count)];
        BinaryPrimitives.WriteUInt32BigEndian(parameter, requestNumber);
        BinaryPrimitives.WriteUInt32BigEndian(parameter.AsSpan(4), responseNumber);
        BinaryPrimitives.WriteUInt32BigEndian(parameter.AsSpan(8), lastTsn);
        for (int i = 0; i < streams.Count; i++)
            BinaryPrimitives.WriteUInt16BigEndian(parameter.AsSpan(12 + (2 * i)), streams[i]);
        return Encode(OutgoingResetRequest, parameter);
    }

    /// <summary>A re-configuration response (section 4.4).</summary>
    public static byte[] EncodeResponse(uint responseNumber, ReconfigResult result)
    {
        Span<byte> parameter = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(parameter, responseNumber);
        BinaryPrimitives.WriteUInt32BigEndian(parameter[4..], (uint)result);
        return Encode(Response, parameter);
    }

    private static byte[] Encode(ushort type, ReadOnlySpan<byte> parameter)
    {
        var value = new byte[Parameter.SizeOf(parameter.Length)];
        Parameter.Write(value, type, parameter);
        return SctpChunk.Encode(ChunkType.Reconfig, 0, value.AsSpan(0, 4 + parameter.Length));
    }
}

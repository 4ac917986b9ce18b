using System.Buffers.Binary;
using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.Fuzz.Targets;

/// <summary>
/// Makes packets pass the first checks: ports, tag and checksum, and in their first chunk a TSN or a request number near the one
/// expected, and a cookie that the association has signed itself.
/// </summary>
internal sealed class SctpRepair
{
    private const int FirstChunk = 12;
    private const int FirstValue = 16;
    private const ushort Port = 5000;
    private const ushort OutgoingReset = 13;
    private const ushort ResetResponse = 16;
    private const ushort CookieParameter = 7;
    private const int InitFixed = 16;

    private byte[] _cookie = [];
    private uint _cookieTag;
    private uint _peerRequest, _ownRequest;

    /// <summary>A session begins.</summary>
    public void Begin(AssociationPair pair)
    {
        _cookie = [];
        _peerRequest = pair.A.Sender?.NextTsn ?? 0;
        _ownRequest = pair.B.Sender?.NextTsn ?? 0;
    }

    /// <summary>
    /// Looks at an answer: the cookie in an INIT ACK is good for a COOKIE ECHO, and a reset that was answered makes way for the next.
    /// </summary>
    public void See(ReadOnlySpan<byte> packet)
    {
        ReadOnlySpan<byte> chunks = packet[FirstChunk..];
        while (SctpChunk.TryRead(ref chunks, out SctpChunk chunk))
        {
            bool isInitAck = chunk.Type == ChunkType.InitAck && chunk.Value.Length >= InitFixed;
            if (!isInitAck && chunk.Type != ChunkType.Reconfig)
                continue;
            ReadOnlySpan<byte> rest = isInitAck ? chunk.Value[InitFixed..] : chunk.Value;
            while (Parameter.TryRead(ref rest, out Parameter parameter))
            {
                if (isInitAck && parameter.Type == CookieParameter)
                    (_cookie, _cookieTag) = (parameter.Value.ToArray(), BinaryPrimitives.ReadUInt32BigEndian(chunk.Value));
                else if (parameter.Type == ResetResponse && BinaryPrimitives.ReadUInt32BigEndian(parameter.Value) == _peerRequest)
                    _peerRequest++;
            }
        }
    }

    /// <summary>Repairs a packet, most of the time.</summary>
    public void Apply(Random random, SctpAssociation target, Span<byte> packet)
    {
        if (packet.Length < FirstValue || random.Next(50) == 0)
            return;
        uint tag = target.LocalTag;
        if (random.Next(4) != 0)
        {
            switch ((ChunkType)packet[FirstChunk])
            {
                case ChunkType.Init:
                    tag = 0;
                    break;
                case ChunkType.CookieEcho when _cookie.Length > 0 && packet.Length >= FirstValue + _cookie.Length:
                    tag = _cookieTag;
                    BinaryPrimitives.WriteUInt16BigEndian(packet[(FirstChunk + 2)..], (ushort)(4 + _cookie.Length));
                    _cookie.CopyTo(packet[FirstValue..]);
                    break;
                case ChunkType.Data or ChunkType.ForwardTsn when packet.Length >= FirstValue + 4 && target.Receiver is { } receiver:
                    Write(packet, FirstValue, receiver.CumulativeTsn + (uint)random.Next(-3, 12));
                    break;
                case ChunkType.Sack or ChunkType.Shutdown when packet.Length >= FirstValue + 4 && target.Sender is { } sender:
                    Write(packet, FirstValue, sender.NextTsn - (uint)random.Next(0, 40));
                    break;
                case ChunkType.Reconfig when packet.Length >= FirstValue + 8:
                    Number(random, packet);
                    break;
            }
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet, Port);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], Port);
        Write(packet, 4, tag);
        BinaryPrimitives.WriteUInt32LittleEndian(packet[8..], Crc32c.OfPacket(packet));
    }

    // Request numbers begin at the initial TSN and count requests (RFC 6525, section 5.1.1).
    private void Number(Random random, Span<byte> packet)
    {
        switch (BinaryPrimitives.ReadUInt16BigEndian(packet[FirstValue..]))
        {
            case >= OutgoingReset and < ResetResponse:
                Write(packet, FirstValue + 4, _peerRequest);
                break;
            case ResetResponse:
                Write(packet, FirstValue + 4, _ownRequest + (uint)random.Next(3));
                break;
            default:
                BinaryPrimitives.WriteUInt16BigEndian(packet[FirstValue..], (ushort)random.Next(OutgoingReset, ResetResponse + 1));
                BinaryPrimitives.WriteUInt16BigEndian(packet[(FirstValue + 2)..], (ushort)Math.Min(packet.Length - FirstValue, random.Next(8, 40)));
                Number(random, packet);
                break;
        }
    }

    private static void Write(Span<byte> packet, int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(packet[at..], value);
}

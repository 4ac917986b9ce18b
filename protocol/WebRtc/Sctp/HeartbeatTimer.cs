using System.Buffers.Binary;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Sctp;

/// <summary>Sends HEARTBEAT on an idle association and counts those without answer (RFC 9260, section 8.3).</summary>
internal sealed class HeartbeatTimer(SctpOptions options, TimeSpan now, uint nonce)
{
    private const int InformationSize = 16;
    private const ushort HeartbeatInformation = 1;
    private bool _awaitsAnswer;

    public TimeSpan? NextDeadline { get; private set; } = now + options.HeartbeatInterval;

    /// <summary>Heartbeats in a row without an answer or any other sign of the peer.</summary>
    public int Unanswered { get; private set; }

    /// <summary>A valid packet came: the peer is there, and the path is not idle.</summary>
    public void OnPacket(TimeSpan now)
    {
        _awaitsAnswer = false;
        Unanswered = 0;
        NextDeadline = now + options.HeartbeatInterval;
    }

    /// <summary>The HEARTBEAT that is due, or <see langword="null"/>.</summary>
    public byte[]? Tick(TimeSpan now, RtoEstimator rto)
    {
        if (!(NextDeadline <= now))
            return null;
        if (_awaitsAnswer)
            Unanswered++;
        _awaitsAnswer = true;
        // The next one follows at the pace of retransmissions.
        NextDeadline = now + rto.After(Unanswered);
        Span<byte> information = stackalloc byte[InformationSize];
        BinaryPrimitives.WriteInt64BigEndian(information, now.Ticks);
        BinaryPrimitives.WriteUInt32BigEndian(information[8..], nonce);
        var value = new byte[Parameter.SizeOf(InformationSize)];
        Parameter.Write(value, HeartbeatInformation, information);
        return SctpChunk.Encode(ChunkType.Heartbeat, 0, value);
    }

    /// <summary>The round trip that a HEARTBEAT ACK measured; <see langword="null"/> when it answers nothing of ours.</summary>
    public TimeSpan? OnAck(TimeSpan now, SctpChunk chunk)
    {
        var rest = chunk.Value;
        if (!Parameter.TryRead(ref rest, out var parameter)
            || parameter.Type != HeartbeatInformation
            || parameter.Value.Length != InformationSize
            || BinaryPrimitives.ReadUInt32BigEndian(parameter.Value[8..]) != nonce)
            return null;
        long sentAt = BinaryPrimitives.ReadInt64BigEndian(parameter.Value);
        return sentAt >= 0 && sentAt <= now.Ticks ? TimeSpan.FromTicks(now.Ticks - sentAt) : null;
    }
}

namespace Peercast.WebRtc.Sctp;

/// <summary>
/// Control chunks that wait for a packet. It is bounded: what is dropped is repeated by a timer, ours or the peer's.
/// </summary>
internal sealed class ControlQueue(int maxChunk)
{
    private const int MaxChunks = 64;
    private readonly Queue<ControlChunk> _chunks = new();

    public bool IsEmpty => _chunks.Count == 0;

    /// <summary>Queues an encoded chunk.</summary>
    /// <param name="verificationTag">Goes into the packet's header: not always the peer's (INIT, INIT ACK, reflected tags).</param>
    /// <param name="chunk">With its padding; one that no packet can hold is dropped.</param>
    /// <param name="alone">May share its packet with no other chunk.</param>
    public void Add(uint verificationTag, byte[] chunk, bool alone = false)
    {
        if (_chunks.Count < MaxChunks && chunk.Length <= maxChunk)
            _chunks.Enqueue(new ControlChunk(verificationTag, chunk, alone));
    }

    /// <summary>Forgets everything; the association ends and only its last word matters.</summary>
    public void Clear() => _chunks.Clear();

    /// <summary>The tag of the next packet when a control chunk leads it.</summary>
    public uint TagOfNext(uint otherwise) => _chunks.TryPeek(out var next) ? next.VerificationTag : otherwise;

    /// <summary>Moves what fits into a packet.</summary>
    /// <returns><see langword="true"/> when the packet must not take anything else.</returns>
    public bool Fill(ref PacketBuilder packet, uint verificationTag)
    {
        while (_chunks.TryPeek(out var next))
        {
            if (next.VerificationTag != verificationTag || (next.Alone && !packet.IsEmpty) || next.Chunk.Length > packet.Remaining)
                return true;
            packet.AppendEncoded(next.Chunk);
            _chunks.Dequeue();
            if (next.Alone)
                return true;
        }

        return false;
    }

    private readonly record struct ControlChunk(uint VerificationTag, byte[] Chunk, bool Alone);
}

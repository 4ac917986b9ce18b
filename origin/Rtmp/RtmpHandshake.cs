using System.Buffers;

namespace Peercast.Origin.Rtmp;

/// <summary>
/// The server's side of the plain handshake, RTMP specification 1.0 section 5.2. Digests (the "complex" handshake) are only
/// checked by Flash players; publishers take the plain one.
/// </summary>
/// <param name="nonce">The 1,528 random bytes of S1.</param>
internal sealed class RtmpHandshake(ReadOnlyMemory<byte> nonce)
{
    /// <summary>Length of the random part of S1.</summary>
    public const int NonceLength = PacketLength - 8;

    private const int PacketLength = 1536;
    private const byte Version = 3;

    private bool _answered;

    /// <summary>C2 has come: chunks follow.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Takes what it can from the front of <paramref name="buffer"/>; writes what is to be sent.</summary>
    /// <returns><see cref="RtmpError.Version"/>, or none: call again with more bytes unless complete.</returns>
    public RtmpError Receive(ref ReadOnlySequence<byte> buffer, IBufferWriter<byte> output)
    {
        if (!_answered)
        {
            if (buffer.IsEmpty)
            {
                return RtmpError.None;
            }

            if (buffer.FirstSpan[0] != Version)
            {
                return RtmpError.Version;
            }

            if (buffer.Length < 1 + PacketLength)
            {
                return RtmpError.None;
            }

            // S0, S1 with time 0, and S2, which is C1 again.
            ReadOnlySequence<byte> c1 = buffer.Slice(1, PacketLength);
            Span<byte> answer = output.GetSpan(1 + (2 * PacketLength))[..(1 + (2 * PacketLength))];
            answer[0] = Version;
            answer.Slice(1, 8).Clear();
            nonce.Span[..NonceLength].CopyTo(answer[9..]);
            c1.CopyTo(answer[(1 + PacketLength)..]);
            output.Advance(answer.Length);
            buffer = buffer.Slice(c1.End);
            _answered = true;
        }

        // C2 should repeat S1; some publishers send something else, and nothing depends on it.
        if (!IsComplete && buffer.Length >= PacketLength)
        {
            buffer = buffer.Slice(PacketLength);
            IsComplete = true;
        }

        return RtmpError.None;
    }
}

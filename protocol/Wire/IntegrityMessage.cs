using Peercast.Protocol.Chunks;

namespace Peercast.Protocol.Wire;

/// <summary>
/// A manifest batch, byte for byte as the origin signed it. WIRE.md, section "INTEGRITY". A view over the received
/// bytes; what is in the batch is for <see cref="ManifestVerifier"/> to say.
/// </summary>
internal readonly ref struct IntegrityMessage
{
    private IntegrityMessage(ReadOnlySpan<byte> encoded) => Encoded = encoded;

    /// <summary>The batch, see <see cref="ManifestCodec"/>.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

    public static byte[] Encode(ReadOnlySpan<byte> encodedBatch)
    {
        byte[] message = new byte[1 + encodedBatch.Length];
        message[0] = (byte)MessageType.Integrity;
        encodedBatch.CopyTo(message.AsSpan(1));
        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out IntegrityMessage result, out WireError error)
    {
        result = default;
        if (message.Length is < 2 or > 1 + ManifestBatch.MaxEncodedLength)
        {
            error = WireError.Length;
            return false;
        }

        error = message[0] == (byte)MessageType.Integrity ? WireError.None : WireError.UnknownType;
        result = new IntegrityMessage(message[1..]);
        return error == WireError.None;
    }
}

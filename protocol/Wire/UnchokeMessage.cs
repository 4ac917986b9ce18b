namespace Peercast.Protocol.Wire;

/// <summary>Requests are welcome again; the state after the handshake. WIRE.md, section "CHOKE and UNCHOKE".</summary>
internal static class UnchokeMessage
{
    public const int Length = 1;

    /// <summary>The whole message; it has no fields.</summary>
    public static ReadOnlyMemory<byte> Encoded { get; } = new byte[] { (byte)MessageType.Unchoke };

    public static bool TryDecode(ReadOnlySpan<byte> message, out WireError error) =>
        WireFormat.Matches(message, MessageType.Unchoke, Length, out error);
}

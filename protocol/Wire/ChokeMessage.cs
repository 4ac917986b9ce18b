namespace Peercast.Protocol.Wire;

/// <summary>Requests will be rejected until UNCHOKE; those under way are. WIRE.md, section "CHOKE and UNCHOKE".</summary>
internal static class ChokeMessage
{
    public const int Length = 1;

    /// <summary>The whole message; it has no fields.</summary>
    public static ReadOnlyMemory<byte> Encoded { get; } = new byte[] { (byte)MessageType.Choke };

    public static bool TryDecode(ReadOnlySpan<byte> message, out WireError error) =>
        WireFormat.Matches(message, MessageType.Choke, Length, out error);
}

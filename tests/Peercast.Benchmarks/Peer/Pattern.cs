namespace Peercast.Benchmarks.Peer;

/// <summary>
/// The content of the messages: the n-th one is a window of one pseudo-random text that moves on by eight bytes a message. A
/// receiver of an ordered channel compares each whole message at the price of a memory comparison. The scripts of the other
/// stacks make the same text.
/// </summary>
internal static class Pattern
{
    /// <summary>The longest message.</summary>
    public const int MaxMessage = 256 * 1024;

    private const int Step = 8;
    private const int Positions = 8192;

    private static readonly byte[] Text = Make();

    /// <summary>The n-th message.</summary>
    public static ReadOnlySpan<byte> Message(long number, int length) => Text.AsSpan((int)(number % Positions) * Step, length);

    private static byte[] Make()
    {
        byte[] text = new byte[(Positions * Step) + MaxMessage];
        uint state = 2463534242;
        for (int i = 0; i < text.Length; i += sizeof(uint))
        {
            // Xorshift (Marsaglia 2003), for every language has these three operations.
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            BitConverter.TryWriteBytes(text.AsSpan(i), state);
        }

        return text;
    }
}

namespace Peercast.Fuzz.Engine;

/// <summary>Something that a target says of every input is not true of this one.</summary>
internal sealed class BrokenClaimException(string message) : Exception(message)
{
    /// <summary>Throws unless a claim holds.</summary>
    public static void Unless(bool holds, string claim)
    {
        if (!holds)
            throw new BrokenClaimException($"It is not true that {claim}.");
    }
}

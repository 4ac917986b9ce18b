namespace Peercast.WebRtc.Ice;

/// <summary>The agent's role and the number that settles a conflict over it, RFC 8445 sections 6.1.1 and 7.3.1.1.</summary>
internal sealed class IceRole(Random random)
{
    private readonly Random _random = random;

    public bool Controlling { get; set; }

    public ulong TieBreaker { get; private set; } = Draw(random);

    /// <summary>Takes the role that a 487 response asks for, with a new tie-breaker (RFC 8445 section 7.2.5.1).</summary>
    public void GiveWay(bool controlling)
    {
        Controlling = controlling;
        TieBreaker = Draw(_random);
    }

    private static ulong Draw(Random random) => unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue));
}

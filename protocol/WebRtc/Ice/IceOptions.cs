using System.Net;
using System.Security.Cryptography;

namespace Peercast.WebRtc.Ice;

/// <summary>Fills a buffer with unpredictable bytes.</summary>
internal delegate void SecureRandomFill(Span<byte> destination);

/// <summary>What an agent is configured with. Make one with <see cref="Create"/>: each agent needs credentials of its own.</summary>
internal sealed record IceOptions
{
    private IceOptions(SecureRandomFill fill)
    {
        FillSecureRandom = fill;
        // RFC 8445 section 5.3 asks for 24 and 128 random bits. Base64 letters are exactly the ice-chars. The fragment is
        // longer than needed because it also tells the agents on one socket apart.
        LocalUfrag = RandomText(fill, 6);
        LocalPassword = RandomText(fill, 18);
    }

    /// <summary>4 to 256 ice-chars. Default: 8 random ones.</summary>
    public string LocalUfrag { get; init; }

    /// <summary>22 to 256 ice-chars. Default: 24 random ones.</summary>
    public string LocalPassword { get; init; }

    /// <summary>Source of transaction ids, which must be unguessable (RFC 8489 section 5).</summary>
    public SecureRandomFill FillSecureRandom { get; init; }

    /// <summary>Servers that tell our server-reflexive addresses; at most 8 are asked. Default: none.</summary>
    public IReadOnlyList<IPEndPoint> StunServers { get; init; } = [];

    /// <summary>
    /// Ta: the least time between two new transactions (RFC 8445 section 14.2: at least 5 ms). Default: 20 ms, as a neighbor
    /// needs few checks and is wanted soon.
    /// </summary>
    public TimeSpan Pacing { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Wait before the first retransmission; it doubles with each. Default: 200 ms.</summary>
    public TimeSpan InitialRto { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Bound of the doubling. Default: 1.6 s.</summary>
    public TimeSpan MaxRto { get; init; } = TimeSpan.FromMilliseconds(1600);

    /// <summary>Sends of one check before its pair has failed. Default: 7, which takes about 8 s.</summary>
    public int CheckSends { get; init; } = 7;

    /// <summary>Sends of one request to a STUN server. Default: 5, which takes about 5 s.</summary>
    public int GatherSends { get; init; } = 5;

    /// <summary>
    /// How long the controlling agent waits for a better pair once one works; a pair than which none better can come is nominated at once. Default: 50 ms.
    /// </summary>
    public TimeSpan NominationSettle { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Mean time between consent checks (RFC 7675 section 5.1), each varied by a fifth. Default: 5 s, as the RFC has it: with <see cref="ConsentRetry"/>, one lost check does not look like a lost peer.</summary>
    public TimeSpan ConsentInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time to the next consent check while one is unanswered. Default: 500 ms.</summary>
    public TimeSpan ConsentRetry { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Time without consent after which the agent is disconnected. Default: 7 s, as in Chromium.</summary>
    public TimeSpan DisconnectedAfter { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>Time without consent after which it has expired and the agent fails (RFC 7675 section 5.1). Default: 30 s.</summary>
    public TimeSpan FailedAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time for which an agent without a working pair does not fail, even when all checks have (RFC 8863): the peer's checks may still
    /// get through. Default: 12 s.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>Time after which an agent without a working pair fails whatever is still outstanding. Default: 24 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(24);

    /// <summary>Remote candidates kept, signaled and peer-reflexive together; more are ignored. Default: 50.</summary>
    public int MaxRemoteCandidates { get; init; } = 50;

    /// <summary>Pairs in the check list (RFC 8445 section 6.1.2.5). Default: 100.</summary>
    public int MaxPairs { get; init; } = 100;

    /// <summary>Makes options with fresh credentials.</summary>
    /// <param name="fill">The source of random bytes; <see langword="null"/>: the system's cryptographic generator.</param>
    public static IceOptions Create(SecureRandomFill? fill = null) => new(fill ?? RandomNumberGenerator.Fill);

    private static string RandomText(SecureRandomFill fill, int bytes)
    {
        Span<byte> buffer = stackalloc byte[bytes];
        fill(buffer);
        return Convert.ToBase64String(buffer);
    }
}

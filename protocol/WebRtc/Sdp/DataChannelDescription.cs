using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.Sdp;

/// <summary>What a session description with one data channel section says (RFC 8841, RFC 8842, RFC 8839); all else in it is of no use here.</summary>
internal sealed record DataChannelDescription
{
    /// <summary>Max-message-size that we announce, as browsers do: 256 KiB.</summary>
    public const uint DefaultMaxMessageSize = 262_144;

    /// <summary>Bytes of a SHA-256 fingerprint.</summary>
    public const int FingerprintLength = 32;

    /// <summary>The number in the <c>o=</c> line: random, below 2^63 (RFC 8829 section 5.2.1).</summary>
    public long SessionId { get; init; } = 1;

    /// <summary>The version beside it, one more with each description of a session.</summary>
    public int SessionVersion { get; init; } = 1;

    /// <summary>The section's name; an answer repeats the offer's.</summary>
    public string Mid { get; init; } = "0";

    /// <summary>4 to 256 ice-chars.</summary>
    public required string IceUfrag { get; init; }

    /// <summary>22 to 256 ice-chars.</summary>
    public required string IcePassword { get; init; }

    /// <summary>The writer is an ICE-lite agent: its peer controls, whoever offered.</summary>
    public bool IceLite { get; init; }

    /// <summary>The writer trickles candidates (RFC 8838).</summary>
    public bool Trickle { get; init; } = true;

    /// <summary>SHA-256 of the writer's DTLS certificate: <see cref="FingerprintLength"/> bytes.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>The writer's part in DTLS.</summary>
    public required DtlsSetup Setup { get; init; }

    /// <summary>The writer's SCTP port.</summary>
    public ushort SctpPort { get; init; } = 5000;

    /// <summary>Bytes of the longest message that the writer takes; 0: no limit (RFC 8841 section 6.1).</summary>
    public uint MaxMessageSize { get; init; } = DefaultMaxMessageSize;

    /// <summary>Candidates known when the description was written.</summary>
    public IReadOnlyList<IceCandidateLine> Candidates { get; init; } = [];

    /// <summary>No candidates but these will come.</summary>
    public bool EndOfCandidates { get; init; }

    /// <summary>The setup for an answer to this offer; the answerer is the client where it may choose (RFC 8842 section 5.3).</summary>
    public DtlsSetup SetupOfAnswer => Setup == DtlsSetup.Active ? DtlsSetup.Passive : DtlsSetup.Active;
}

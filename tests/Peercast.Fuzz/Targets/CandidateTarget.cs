using System.Text;
using Peercast.Fuzz.Engine;
using Peercast.WebRtc.Ice;

namespace Peercast.Fuzz.Targets;

/// <summary>ICE candidates as text (RFC 8839, section 5.1).</summary>
internal sealed class CandidateTarget() : FuzzTarget("candidate", "candidate")
{
    public override int MaxLength => IceCandidateLine.MaxLength + 100;

    public override long MaxAllocation => 64 * 1024;

    public override int LeastOutcomes => 10;

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            " ", "candidate:", " typ ", "host", "srflx", "prflx", "relay", " raddr ", " rport ", "udp", "tcp", " tcptype active", "::", "0.0.0.0",
            "::ffff:1.2.3.4", "fe80::1%2", ".local", "65536", "4294967296", "-1", "é", "😀",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public override int Run(ReadOnlySpan<byte> input)
    {
        if (!IceCandidateLine.TryParse(Encoding.UTF8.GetString(input), out IceCandidateLine? line))
            return 0;
        BrokenClaimException.Unless(line is not null, "a candidate that was read is one");
        BrokenClaimException.Unless(
            IceCandidateLine.TryParse(line!.Format(), out IceCandidateLine? again), "what was accepted can be written and read again");
        // A related port without a related address is not written.
        BrokenClaimException.Unless(again == (line.RelatedHost is null ? line with { RelatedPort = 0 } : line), "it is the same then");
        return 1 + (int)line.Type + (line.UsableEndPoint is null ? 0 : 8) + (line.UsableName is null ? 0 : 16) + (line.RelatedHost is null ? 0 : 32)
            + (line.Component == 1 ? 0 : 64) + (line.Transport == "udp" ? 0 : 128);
    }
}

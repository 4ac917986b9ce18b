using Peercast.Fuzz.Engine;
using Peercast.WebRtc.Mdns;

namespace Peercast.Fuzz.Targets;

/// <summary>Multicast DNS responses, which anybody on the local network may send.</summary>
internal sealed class MdnsTarget() : FuzzTarget("mdns", "mdns")
{
    private readonly List<MdnsAddress> _addresses = [];

    public override long MaxAllocation => 128 * 1024;

    public override int LeastOutcomes => 4;

    public override int Run(ReadOnlySpan<byte> input)
    {
        _addresses.Clear();
        if (!MdnsMessage.TryReadAddresses(input, _addresses))
            return 0;
        BrokenClaimException.Unless(_addresses.Count <= MdnsMessage.MaxAddresses, "a message tells a bounded number of addresses");
        return 1 + _addresses.Count;
    }
}

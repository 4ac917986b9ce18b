using System.Net;

namespace Peercast.WebRtc.Tests.Ice;

/// <summary>A NAT that lets in only what it has sent to (port-restricted); a symmetric one also maps each destination anew.</summary>
internal sealed class VirtualNat(IPAddress publicAddress, bool symmetric = false)
{
    private readonly Dictionary<(IPEndPoint Inner, IPEndPoint? Destination), IPEndPoint> _mappings = [];
    private readonly HashSet<(IPEndPoint Outer, IPEndPoint Remote)> _sentTo = [];
    private int _nextPort = 40000;

    /// <summary>Drops all state: the next packets leave from new ports.</summary>
    public void Forget()
    {
        _mappings.Clear();
        _sentTo.Clear();
    }

    public IPEndPoint Outbound(IPEndPoint inner, IPEndPoint destination)
    {
        (IPEndPoint, IPEndPoint?) key = (inner, symmetric ? destination : null);
        if (!_mappings.TryGetValue(key, out IPEndPoint? outer))
            _mappings[key] = outer = new IPEndPoint(publicAddress, _nextPort++);
        _sentTo.Add((outer, destination));
        return outer;
    }

    public IPEndPoint? Inbound(IPEndPoint outer, IPEndPoint source) => _sentTo.Contains((outer, source))
        ? _mappings.FirstOrDefault(mapping => mapping.Value.Equals(outer)).Key.Inner
        : null;
}

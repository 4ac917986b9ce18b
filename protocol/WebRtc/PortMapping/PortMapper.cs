using System.Net;
using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.PortMapping;

/// <summary>
/// Keeps a mapping for one socket as long as there is a router that makes one: PCP or NAT-PMP first, then UPnP, and from the beginning once in a while. A state
/// machine without clock or socket: after any call the driver sends what is in <see cref="Outbox"/> and calls <see cref="Tick"/> at <see cref="NextDeadline"/>.
/// </summary>
internal sealed class PortMapper
{
    private readonly IMapper[] _ways;
    private readonly UpnpMapper _upnp;
    private int _way = -1;
    private TimeSpan _startsOverAt;
    private bool _stopped;

    /// <param name="client">The socket.</param>
    /// <param name="gateway">The router and its PCP port; <see langword="null"/> when it is not known.</param>
    /// <param name="upnpGroup">Where to search for a UPnP gateway.</param>
    /// <param name="random">For ports.</param>
    /// <param name="fill">For what must not be guessed.</param>
    public PortMapper(IPEndPoint client, IPEndPoint? gateway, IPEndPoint upnpGroup, Random random, SecureRandomFill fill)
    {
        _upnp = new UpnpMapper(client, upnpGroup, Outbox, random);
        _ways = gateway is null ? [_upnp] : [new PcpMapper(client, gateway, Outbox, fill), _upnp];
    }

    /// <summary>What is to be sent.</summary>
    public MapperOutbox Outbox { get; } = new();

    /// <summary>The mapping that holds now.</summary>
    public MappedPort? Mapping => Current?.Mapping;

    /// <summary>Whether it is known if there is a router that maps.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>When <see cref="Tick"/> is next due.</summary>
    public TimeSpan? NextDeadline => _stopped ? null : Current is { } current ? current.NextDeadline : _startsOverAt;

    private IMapper? Current => _way >= 0 && _way < _ways.Length ? _ways[_way] : null;

    /// <summary>Begins, and does what is due.</summary>
    public void Tick(TimeSpan now)
    {
        if (_stopped)
            return;
        if (Current is { } current)
            current.Tick(now);
        else if (now >= _startsOverAt)
            Begin(now, 0);
        GoOn(now);
    }

    /// <summary>Takes a datagram that came to the socket from which the requests are sent.</summary>
    public void Receive(TimeSpan now, IPEndPoint source, ReadOnlySpan<byte> datagram)
    {
        if (_stopped)
            return;
        Current?.Receive(now, source, datagram);
        GoOn(now);
    }

    /// <summary>Takes the outcome of a request; see <see cref="UpnpMapper.Answered"/>.</summary>
    public void Answered(TimeSpan now, MapperCall call, int status, string body)
    {
        if (_stopped)
            return;
        _upnp.Answered(now, call, status, body);
        GoOn(now);
    }

    /// <summary>Ends: has the mapping removed.</summary>
    public void Stop()
    {
        Current?.Stop();
        _stopped = true;
    }

    private void GoOn(TimeSpan now)
    {
        while (Current?.State == MapperState.Failed)
            Begin(now, _way + 1);
        IsSettled |= Current?.State is null or MapperState.Holding;
    }

    private void Begin(TimeSpan now, int way)
    {
        _way = way;
        _startsOverAt = now + MapperTimes.StartOver;
        Current?.Start(now);
    }
}

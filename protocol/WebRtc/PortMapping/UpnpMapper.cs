using System.Globalization;
using System.Net;

namespace Peercast.WebRtc.PortMapping;

/// <summary>
/// Has a UPnP gateway map a port: search, description, outer address, mapping (WANIPConnection:1), one after the other, each answer bounded and
/// each from the machine that the search has found.
/// </summary>
internal sealed class UpnpMapper(IPEndPoint client, IPEndPoint group, MapperOutbox outbox, Random random) : IMapper
{
    private const int Searches = 3;
    private const int MaxPorts = 4;
    private const int ConflictInMappingEntry = 718;
    private const int OnlyPermanentLeases = 725;

    // An answer may take the second that the search allows (MX), and no longer.
    private static readonly TimeSpan SearchWait = TimeSpan.FromSeconds(1.5);

    // The driver's own time-out ends a request; this is for one that got lost in it.
    private static readonly TimeSpan CallWait = TimeSpan.FromSeconds(15);

    private Uri? _location;
    private UpnpService? _service;
    private IPAddress? _externalAddress;
    private MapperCall? _call;
    private int _port;
    private int _portsLeft;
    private uint _leaseSeconds;
    private int _searchesLeft;
    private TimeSpan _dueAt;

    public MapperState State { get; private set; }

    public MappedPort? Mapping { get; private set; }

    public TimeSpan? NextDeadline => State is MapperState.Asking or MapperState.Holding ? _dueAt : null;

    public void Start(TimeSpan now)
    {
        State = MapperState.Asking;
        _location = null;
        _service = null;
        _call = null;
        _port = client.Port;
        _leaseSeconds = MapperTimes.LifetimeSeconds;
        _searchesLeft = Searches;
        Search(now);
    }

    public void Tick(TimeSpan now)
    {
        if (NextDeadline is not { } due || now < due)
            return;
        if (State == MapperState.Holding)
            Renew(now);
        else if (_location is null && _searchesLeft > 0)
            Search(now);
        else
            Fail();
    }

    public void Receive(TimeSpan now, IPEndPoint source, ReadOnlySpan<byte> datagram)
    {
        if (State == MapperState.Asking && _location is null && SsdpMessage.TryReadLocation(datagram, source.Address, out Uri? location))
        {
            _location = location;
            Call(now, new MapperCall(location!, null, ""));
        }
    }

    /// <summary>Takes the outcome of a request.</summary>
    /// <param name="now">The time.</param>
    /// <param name="call">The request.</param>
    /// <param name="status">The HTTP status; 0 when there was no answer.</param>
    /// <param name="body">What came with it.</param>
    public void Answered(TimeSpan now, MapperCall call, int status, string body)
    {
        if (State != MapperState.Asking || !ReferenceEquals(call, _call))
            return;
        _call = null;
        bool succeeded = status == 200;
        if (_service is null)
        {
            if (succeeded && UpnpDescription.TryRead(body, _location!, out _service))
                AskAddress(now);
            else
                Fail();
        }
        else if (_externalAddress is null)
        {
            if (succeeded && IPAddress.TryParse(SoapMessage.TryReadElement(body, "NewExternalIPAddress"), out _externalAddress)
                && MapperTimes.IsUsable(new IPEndPoint(_externalAddress, _port)))
            {
                Map(now);
            }
            else
            {
                Fail();
            }
        }
        else
        {
            OnMapped(now, succeeded, body);
        }
    }

    public void Stop()
    {
        if (Mapping is { } mapping)
            outbox.Call(Action("DeletePortMapping", SoapMessage.DeletePortMapping(_service!, mapping.External.Port)));
        Mapping = null;
        State = MapperState.Idle;
    }

    private void OnMapped(TimeSpan now, bool succeeded, string body)
    {
        if (succeeded)
        {
            TimeSpan lifetime = MapperTimes.Bound(MapperTimes.LifetimeSeconds);
            Mapping = new MappedPort(new IPEndPoint(_externalAddress!, _port), lifetime);
            State = MapperState.Holding;
            _dueAt = now + (lifetime / 2);
            return;
        }

        _ = int.TryParse(SoapMessage.TryReadElement(body, "errorCode"), NumberStyles.None, CultureInfo.InvariantCulture, out int code);
        if (code == OnlyPermanentLeases && _leaseSeconds > 0)
        {
            _leaseSeconds = 0;
            Map(now);
        }
        else if (code == ConflictInMappingEntry && _portsLeft > 0)
        {
            _portsLeft--;
            _port = random.Next(49152, ushort.MaxValue);
            Map(now);
        }
        else
        {
            Fail();
        }
    }

    private void Search(TimeSpan now)
    {
        _searchesLeft--;
        _dueAt = now + SearchWait;
        outbox.Send(SsdpMessage.Search, group);
    }

    /// <summary>The outer address may have changed, so it is asked for again, too.</summary>
    private void Renew(TimeSpan now)
    {
        State = MapperState.Asking;
        AskAddress(now);
    }

    private void AskAddress(TimeSpan now)
    {
        _externalAddress = null;
        _portsLeft = MaxPorts;
        Call(now, Action("GetExternalIPAddress", SoapMessage.GetExternalAddress(_service!)));
    }

    private void Map(TimeSpan now) =>
        Call(now, Action("AddPortMapping", SoapMessage.AddPortMapping(_service!, client, _port, _leaseSeconds)));

    private MapperCall Action(string action, string body) => new(_service!.Control, $"\"{_service.Type}#{action}\"", body);

    private void Call(TimeSpan now, MapperCall call)
    {
        _call = call;
        _dueAt = now + CallWait;
        outbox.Call(call);
    }

    private void Fail()
    {
        Mapping = null;
        State = MapperState.Failed;
    }
}

using System.Net;
using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.PortMapping;

/// <summary>
/// Has the gateway map a port by PCP (RFC 6887), or by NAT-PMP (RFC 6886) where it knows that one alone: both live on one port, and a router with the older one
/// says so.
/// </summary>
internal sealed class PcpMapper : IMapper
{
    /// <summary>The port of both protocols at the gateway.</summary>
    public const int GatewayPort = 5351;

    // RFC 6886 section 3.1: 250 ms, doubling. A router next door answers the first.
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private const int Sends = 4;

    private readonly IPEndPoint _client;
    private readonly IPEndPoint _gateway;
    private readonly MapperOutbox _outbox;
    private readonly byte[] _nonce = new byte[PcpMessage.NonceLength];
    private bool _speaksPmp;
    private IPAddress? _pmpAddress;
    private int _sendsLeft;
    private TimeSpan _wait;
    private TimeSpan _dueAt;
    private TimeSpan _expiresAt;

    /// <param name="client">The socket that the mapping is for.</param>
    /// <param name="gateway">The router.</param>
    /// <param name="outbox">Takes the requests.</param>
    /// <param name="fill">Source of the number that others on the network must not guess.</param>
    public PcpMapper(IPEndPoint client, IPEndPoint gateway, MapperOutbox outbox, SecureRandomFill fill)
    {
        _client = client;
        _gateway = gateway;
        _outbox = outbox;
        fill(_nonce);
    }

    public MapperState State { get; private set; }

    public MappedPort? Mapping { get; private set; }

    public TimeSpan? NextDeadline => State is MapperState.Asking or MapperState.Holding ? _dueAt : null;

    public void Start(TimeSpan now)
    {
        _speaksPmp = false;
        Begin(now);
    }

    public void Tick(TimeSpan now)
    {
        if (NextDeadline is not { } due || now < due)
            return;
        if (State == MapperState.Holding)
            Begin(now);
        else if (_sendsLeft > 0)
            Send(now);
        else
            GiveUp(now);
    }

    public void Receive(TimeSpan now, IPEndPoint source, ReadOnlySpan<byte> datagram)
    {
        if (State != MapperState.Asking || !source.Equals(_gateway))
            return;
        if (PcpMessage.IsUnsupportedVersion(datagram))
        {
            // The answers to our repetitions say it again, when we have long begun anew.
            if (_speaksPmp)
                return;
            _speaksPmp = true;
            _pmpAddress = null;
            Begin(now);
        }
        else if (_speaksPmp)
        {
            ReceivePmp(now, datagram);
        }
        else if (PcpMessage.TryReadMapResponse(datagram, _client.Port, _nonce, out bool succeeded, out IPEndPoint? external, out uint lifetime))
        {
            Settle(now, succeeded, external, lifetime);
        }
    }

    public void Stop()
    {
        if (Mapping is null)
            return;
        Span<byte> request = stackalloc byte[PcpMessage.Length];
        int length = _speaksPmp
            ? NatPmpMessage.WriteMapRequest(request, _client.Port, 0, lifetimeSeconds: 0)
            : PcpMessage.WriteMapRequest(request, _client, _nonce, suggested: null, lifetimeSeconds: 0);
        _outbox.Send(request[..length], _gateway);
        Mapping = null;
        State = MapperState.Idle;
    }

    private void ReceivePmp(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        if (NatPmpMessage.TryReadAddress(datagram, out bool succeeded, out IPAddress address))
        {
            _pmpAddress = address;
            if (!succeeded)
                GiveUp(now);
        }
        else if (NatPmpMessage.TryReadMapping(datagram, _client.Port, out succeeded, out int port, out uint lifetime)
            && (_pmpAddress is not null || !succeeded))
        {
            // Without the address it is of no use yet: the next of our requests brings both.
            Settle(now, succeeded, succeeded ? new IPEndPoint(_pmpAddress!, port) : null, lifetime);
        }
    }

    private void Begin(TimeSpan now)
    {
        State = MapperState.Asking;
        _sendsLeft = Sends;
        _wait = FirstWait;
        Send(now);
    }

    private void Send(TimeSpan now)
    {
        _sendsLeft--;
        _dueAt = now + _wait;
        _wait *= 2;
        Span<byte> request = stackalloc byte[PcpMessage.Length];
        if (!_speaksPmp)
        {
            PcpMessage.WriteMapRequest(request, _client, _nonce, Mapping?.External, MapperTimes.LifetimeSeconds);
            _outbox.Send(request, _gateway);
            return;
        }

        _outbox.Send(request[..NatPmpMessage.WriteAddressRequest(request)], _gateway);
        int wanted = Mapping?.External.Port ?? _client.Port;
        _outbox.Send(request[..NatPmpMessage.WriteMapRequest(request, _client.Port, wanted, MapperTimes.LifetimeSeconds)], _gateway);
    }

    private void Settle(TimeSpan now, bool succeeded, IPEndPoint? external, uint lifetimeSeconds)
    {
        if (!succeeded || lifetimeSeconds == 0 || !MapperTimes.IsUsable(external!))
        {
            GiveUp(now);
            return;
        }

        TimeSpan lifetime = MapperTimes.Bound(lifetimeSeconds);
        Mapping = new MappedPort(external!, lifetime);
        State = MapperState.Holding;
        _expiresAt = now + lifetime;
        _dueAt = now + (lifetime / 2);
    }

    /// <summary>A mapping that could not be renewed holds to its end: the router may be restarting.</summary>
    private void GiveUp(TimeSpan now)
    {
        if (Mapping is not null && now < _expiresAt)
        {
            State = MapperState.Holding;
            TimeSpan left = (_expiresAt - now) / 2;
            _dueAt = now + (left > MapperTimes.LeastRetry ? left : MapperTimes.LeastRetry);
            return;
        }

        Mapping = null;
        State = MapperState.Failed;
    }
}

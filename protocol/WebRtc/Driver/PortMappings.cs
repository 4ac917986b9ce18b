using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Peercast.WebRtc.PortMapping;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// Has the routers around map the ports of the sockets, for as long as these exist. Nothing here is ever waited for: a router that does not answer, or answers
/// nonsense, costs a few datagrams.
/// </summary>
internal sealed class PortMappings : IDeadlineTarget, IDisposable
{
    private readonly Lock _gate = new();
    private readonly DriverClock _clock;
    private readonly DeadlineThread _deadlines;
    private readonly Func<IPAddress, IPEndPoint?> _gatewayOf;
    private readonly IPEndPoint _upnpGroup;
    private readonly TimeSpan _farewellTime;
    private readonly Dictionary<IPEndPoint, Entry> _entries = [];
    private readonly GatewayHttp _http = new();
    private bool _disposed;

    /// <param name="clock">The clock.</param>
    /// <param name="deadlines">The thread for the timers.</param>
    /// <param name="gatewayOf">Finds the router behind an address of ours, and its port for PCP; <see langword="null"/>: none, or none that could map.</param>
    /// <param name="upnpGroup">Where to search for UPnP gateways.</param>
    /// <param name="farewellTime">How long these get to remove the mappings.</param>
    public PortMappings(
        DriverClock clock, DeadlineThread deadlines, Func<IPAddress, IPEndPoint?> gatewayOf, IPEndPoint upnpGroup, TimeSpan farewellTime)
    {
        _clock = clock;
        _deadlines = deadlines;
        _gatewayOf = gatewayOf;
        _upnpGroup = upnpGroup;
        _farewellTime = farewellTime;
    }

    /// <summary>A socket has got an outer address, or it is known now that none will. Raised on threads of the driver and of the pool.</summary>
    public event Action? Changed;

    /// <summary>Whether some router has not said yet what it does.</summary>
    public bool IsAsking
    {
        get
        {
            lock (_gate)
            {
                return _entries.Values.Any(entry => !entry.Mapper.IsSettled);
            }
        }
    }

    /// <summary>The outer address of a socket of ours, as far as it is known.</summary>
    public IPEndPoint? Find(IPEndPoint local)
    {
        lock (_gate)
        {
            return _entries.GetValueOrDefault(local)?.Told;
        }
    }

    /// <summary>Takes the sockets that there are now.</summary>
    public void Follow(IReadOnlyList<DatagramSocket> sockets)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            foreach (IPEndPoint gone in _entries.Keys.Except(sockets.Select(socket => socket.LocalEndPoint)).ToArray())
            {
                _entries.Remove(gone, out Entry? entry);
                entry!.Socket.Dispose();
            }

            foreach (IPEndPoint local in sockets.Select(socket => socket.LocalEndPoint))
            {
                if (!_entries.ContainsKey(local) && _gatewayOf(local.Address) is { } gateway)
                {
                    Add(local, gateway);
                }
            }
        }

        Advance();
    }

    public void DeadlineReached() => Advance();

    /// <summary>Has the mappings removed: a datagram each, and for UPnP a request that is waited for.</summary>
    public void Dispose()
    {
        List<Task> farewells = [];
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            foreach (Entry entry in _entries.Values)
            {
                entry.Mapper.Stop();
                Send(entry);
                while (entry.Mapper.Outbox.TakeCall() is { } call)
                {
                    farewells.Add(_http.SendAsync(call));
                }

                entry.Socket.Dispose();
            }
        }

        Task.WhenAll(farewells).Wait(_farewellTime);
        _http.Dispose();
    }

    private void Add(IPEndPoint local, IPEndPoint gateway)
    {
        Socket? socket = null;
        try
        {
            // Not the data's own socket: answers are recognized by where they come to, and PCP wants no more than the address to be the same.
            socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(local.Address, 0));
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, local.Address.GetAddressBytes());
        }
        catch (SocketException)
        {
            socket?.Dispose();
            return;
        }

        var random = new Random();
        var entry = new Entry(socket, new PortMapper(local, gateway, _upnpGroup, random, RandomNumberGenerator.Fill));
        _entries.Add(local, entry);
        _ = ReceiveAsync(entry);
    }

    private async Task ReceiveAsync(Entry entry)
    {
        byte[] buffer = new byte[SsdpMessage.MaxLength];
        EndPoint anybody = new IPEndPoint(IPAddress.Any, 0);
        while (true)
        {
            try
            {
                SocketReceiveFromResult received = await entry.Socket.ReceiveFromAsync(buffer, anybody).ConfigureAwait(false);
                lock (_gate)
                {
                    entry.Mapper.Receive(_clock.Now, (IPEndPoint)received.RemoteEndPoint, buffer.AsSpan(0, received.ReceivedBytes));
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure) when (failure.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted)
            {
                return;
            }
            catch (SocketException)
            {
                // An error of one datagram: nobody is at the gateway's port, or it was too long. A pause, should it be the socket's.
                await Task.Delay(TimeSpan.FromMilliseconds(20)).ConfigureAwait(false);
                continue;
            }

            Advance();
        }
    }

    private async Task CallAsync(Entry entry, MapperCall call)
    {
        (int status, string body) = await _http.SendAsync(call).ConfigureAwait(false);
        lock (_gate)
        {
            entry.Mapper.Answered(_clock.Now, call, status, body);
        }

        Advance();
    }

    /// <summary>After every event: sends, tells, and makes sure to be called again in time.</summary>
    private void Advance()
    {
        bool changed = false;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            TimeSpan now = _clock.Now;
            foreach (Entry entry in _entries.Values)
            {
                if (entry.Mapper.NextDeadline <= now)
                {
                    entry.Mapper.Tick(now);
                }

                Send(entry);
                while (entry.Mapper.Outbox.TakeCall() is { } call)
                {
                    _ = CallAsync(entry, call);
                }

                IPEndPoint? external = entry.Mapper.Mapping?.External;
                changed |= !Equals(external, entry.Told) || entry.Mapper.IsSettled != entry.IsSettled;
                entry.Told = external;
                entry.IsSettled = entry.Mapper.IsSettled;
                if (entry.Mapper.NextDeadline is { } next && next != entry.ScheduledAt)
                {
                    entry.ScheduledAt = next;
                    _deadlines.Schedule(this, next);
                }
            }
        }

        if (changed)
        {
            Changed?.Invoke();
        }
    }

    private static void Send(Entry entry)
    {
        while (entry.Mapper.Outbox.TryTakeDatagram(out (byte[] Bytes, IPEndPoint To) datagram))
        {
            try
            {
                entry.Socket.SendTo(datagram.Bytes, datagram.To);
            }
            catch (SocketException)
            {
                // A lost datagram.
            }
        }
    }

    private sealed class Entry(Socket socket, PortMapper mapper)
    {
        public Socket Socket { get; } = socket;

        public PortMapper Mapper { get; } = mapper;

        public IPEndPoint? Told { get; set; }

        public bool IsSettled { get; set; }

        public TimeSpan? ScheduledAt { get; set; }
    }
}

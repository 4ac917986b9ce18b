using System.Net;
using Peercast.WebRtc.Mdns;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// Looks names up by multicast DNS. Has neither socket nor thread until the first name comes, and none any more once nothing is under way:
/// a process whose peers give addresses pays nothing for it.
/// </summary>
internal sealed class MdnsClient(DriverClock clock, Func<IReadOnlyList<MdnsInterface>> interfaces, int port = MdnsSockets.Port) : IHostNameResolver
{
    // Until a lookup that has begun meanwhile gets its timers, and until the thread of a disposed client ends.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    // Connections that wait for one name, where each of several has been given it.
    private const int MaxWaiting = 64;

    private readonly Lock _gate = new();
    private readonly MdnsResolver _resolver = new();
    private readonly Dictionary<string, List<Action<IReadOnlyList<IPAddress>>>> _waiting = new(StringComparer.OrdinalIgnoreCase);
    private MdnsSockets? _sockets;
    private bool _running;
    private bool _disposed;

    public void Resolve(string name, Action<IReadOnlyList<IPAddress>> resolved)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            if (!_waiting.TryGetValue(name, out List<Action<IReadOnlyList<IPAddress>>>? handlers))
            {
                _waiting.Add(name, handlers = []);
            }

            if (handlers.Count < MaxWaiting)
            {
                handlers.Add(resolved);
            }

            _resolver.Resolve(clock.Now, name);
            if (!_running)
            {
                _running = true;
                new Thread(Run) { IsBackground = true, Name = "WebRTC mDNS" }.Start();
            }
            else
            {
                SendQuestions();
            }
        }
    }

    /// <summary>Lookups under way are forgotten; the thread ends by itself, at its next deadline at the latest.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _waiting.Clear();
        }
    }

    private void Run()
    {
        using var sockets = new MdnsSockets(interfaces(), port);
        while (true)
        {
            var done = new List<(Action<IReadOnlyList<IPAddress>> Handler, IReadOnlyList<IPAddress> Addresses)>();
            TimeSpan? wait;
            lock (_gate)
            {
                _sockets = sockets;
                wait = Advance(done);
                if (wait is null)
                {
                    // Under the lock: whoever asks from now on starts another thread.
                    _sockets = null;
                    _running = false;
                }
            }

            foreach ((Action<IReadOnlyList<IPAddress>> handler, IReadOnlyList<IPAddress> addresses) in done)
            {
                handler(addresses);
            }

            if (wait is null)
            {
                return;
            }

            sockets.Receive(wait.Value, OnDatagram);
        }
    }

    private void OnDatagram(ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            _resolver.Receive(clock.Now, datagram);
        }
    }

    /// <summary>Does what is due.</summary>
    /// <returns>How long to wait for answers; <see langword="null"/> when there is nothing to wait for.</returns>
    private TimeSpan? Advance(List<(Action<IReadOnlyList<IPAddress>>, IReadOnlyList<IPAddress>)> done)
    {
        _resolver.Tick(clock.Now);
        SendQuestions();
        while (_resolver.TryGetResult(out MdnsResult result))
        {
            if (_waiting.Remove(result.Name, out List<Action<IReadOnlyList<IPAddress>>>? handlers) && result.Addresses.Count > 0)
            {
                done.AddRange(handlers.Select(handler => (handler, result.Addresses)));
            }
        }

        if (_disposed || _resolver.NextDeadline is not { } deadline)
        {
            return null;
        }

        return TimeSpan.FromMilliseconds(Math.Clamp((deadline - clock.Now).TotalMilliseconds, 1, LongestWait.TotalMilliseconds));
    }

    private void SendQuestions()
    {
        while (_sockets is not null && _resolver.TryGetQuestion(out MdnsQuestion question))
        {
            _sockets.Send(question);
        }
    }
}

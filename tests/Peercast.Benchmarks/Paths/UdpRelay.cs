using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Peercast.Benchmarks.Native;

namespace Peercast.Benchmarks.Paths;

/// <summary>
/// Stands between two UDP sockets of this machine with the delay, loss, rate and queue of a real path, where the system
/// cannot shape traffic itself. Each end sends to one of its two sockets, and hears from the same.
/// </summary>
internal sealed class UdpRelay : IDisposable
{
    private const int IPAndUdpHeaders = 28;
    private const int SocketBuffer = 4 * 1024 * 1024;
    private const int Batch = 64;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly Socket[] _sockets = new Socket[2];
    private readonly SocketAddress?[] _ends = new SocketAddress?[2];
    private readonly LinkQueue[] _queues = new LinkQueue[2];
    private readonly Thread _thread;
    private volatile bool _stopping;

    /// <summary>Binds its sockets and begins to forward what comes for the one end.</summary>
    /// <param name="profile">What it pretends to be.</param>
    /// <param name="one">The address of the end that offers.</param>
    /// <param name="seed">Of the losses.</param>
    public UdpRelay(PathProfile profile, IPEndPoint one, int seed)
    {
        _ends[0] = one.Serialize();
        for (int i = 0; i < 2; i++)
        {
            _queues[i] = new LinkQueue(profile, IPAndUdpHeaders, seed + i);
            _sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            {
                ReceiveBufferSize = SocketBuffer,
                SendBufferSize = SocketBuffer,
            };
            _sockets[i].Bind(new IPEndPoint(one.Address, 0));
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "relay" };
        _thread.Start();
    }

    /// <summary>Where the one end sends to.</summary>
    public IPEndPoint FacingOne => (IPEndPoint)_sockets[0].LocalEndPoint!;

    /// <summary>Where the other end sends to.</summary>
    public IPEndPoint FacingOther => (IPEndPoint)_sockets[1].LocalEndPoint!;

    /// <summary>Packets that found a queue full.</summary>
    public long Dropped => _queues[0].Dropped + _queues[1].Dropped;

    /// <summary>The end that answers is known as well.</summary>
    public void Connect(IPEndPoint other) => Volatile.Write(ref _ends[1], other.Serialize());

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        _sockets[0].Dispose();
        _sockets[1].Dispose();
    }

    private void Run()
    {
        long start = Stopwatch.GetTimestamp();
        byte[] buffer = new byte[ushort.MaxValue];
        var source = new SocketAddress(AddressFamily.InterNetwork);
        int[] descriptors = [(int)_sockets[0].Handle, (int)_sockets[1].Handle];
        while (!_stopping)
        {
            TimeSpan now = Stopwatch.GetElapsedTime(start);
            Forward(now);
            TimeSpan wait = LongestWait;
            foreach (LinkQueue queue in _queues)
            {
                wait = queue.NextAt is { } next && next - now < wait ? next - now : wait;
            }

            LibC.WaitReadable(descriptors, wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            for (int i = 0; i < 2; i++)
            {
                Receive(i, start, buffer, source);
            }
        }
    }

    private void Receive(int side, long start, byte[] buffer, SocketAddress source)
    {
        for (int i = 0; i < Batch && _sockets[side].Available > 0; i++)
        {
            int length = _sockets[side].ReceiveFrom(buffer, SocketFlags.None, source);

            // Another port of the same end: a stack with a socket of its own for each candidate.
            if (!source.Equals(_ends[side]))
            {
                var moved = new SocketAddress(source.Family, source.Size);
                source.Buffer[..source.Size].CopyTo(moved.Buffer);
                Volatile.Write(ref _ends[side], moved);
            }

            _queues[side].Add(Stopwatch.GetElapsedTime(start), buffer.AsSpan(0, length));
        }
    }

    private void Forward(TimeSpan now)
    {
        for (int i = 0; i < 2; i++)
        {
            while (_queues[i].TryTake(now, out ReadOnlySpan<byte> packet))
            {
                if (Volatile.Read(ref _ends[1 - i]) is not { } end)
                {
                    continue;
                }

                try
                {
                    _sockets[1 - i].SendTo(packet, SocketFlags.None, end);
                }
                catch (SocketException)
                {
                    // The end has closed its socket; its last packets may go astray.
                }
            }
        }
    }
}

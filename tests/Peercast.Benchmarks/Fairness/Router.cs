using System.Buffers.Binary;
using System.Diagnostics;
using Peercast.Benchmarks.Native;
using Peercast.Benchmarks.Paths;

namespace Peercast.Benchmarks.Fairness;

/// <summary>
/// The bottleneck between two networks, for any IP traffic: TCP of the kernel and our UDP wait in the same queue. It counts
/// what it delivers to the second network, by destination port.
/// </summary>
internal sealed class Router : IDisposable
{
    private const int MaxPacket = 2048;
    private const int Batch = 64;
    private const int DestinationPortOffset = 2;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly int[] _devices = new int[2];
    private readonly LinkQueue[] _queues = new LinkQueue[2];
    private readonly Dictionary<int, List<double>> _delivered = [];
    private readonly TimeSpan _bin;
    private readonly Thread _thread;
    private readonly long _start = Stopwatch.GetTimestamp();
    private volatile bool _stopping;

    /// <summary>Makes the two interfaces and begins to forward.</summary>
    /// <param name="profile">The bottleneck.</param>
    /// <param name="names">Of the interfaces, still in this namespace.</param>
    /// <param name="bin">The resolution of the count.</param>
    public Router(PathProfile profile, (string First, string Second) names, TimeSpan bin)
    {
        _devices = [Tun.Open(names.First), Tun.Open(names.Second)];
        _queues = [new LinkQueue(profile, overhead: 0, seed: 1), new LinkQueue(profile, overhead: 0, seed: 2)];
        _bin = bin;
        _thread = new Thread(Run) { IsBackground = true, Name = "router", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>The time of the count.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    /// <summary>Bits a second that went to a port of the second network, one value for each bin; IP headers included.</summary>
    public double[] RatesTo(int port)
    {
        lock (_delivered)
        {
            // Up to now, whether or not anything has come.
            int bins = (int)(Now / _bin);
            List<double> bytes = _delivered.GetValueOrDefault(port) ?? [];
            return [.. Enumerable.Range(0, bins).Select(i => i < bytes.Count ? bytes[i] * 8 / _bin.TotalSeconds : 0)];
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        Tun.Close(_devices[0]);
        Tun.Close(_devices[1]);
    }

    private static int DestinationPort(ReadOnlySpan<byte> packet)
    {
        int header = (packet[0] & 0x0F) * 4;
        return packet[0] >> 4 == 4 && packet.Length >= header + 4 ? BinaryPrimitives.ReadUInt16BigEndian(packet[(header + DestinationPortOffset)..]) : 0;
    }

    private void Run()
    {
        byte[] buffer = new byte[MaxPacket];
        int[] ready = new int[1];
        while (!_stopping)
        {
            TimeSpan now = Now;
            TimeSpan wait = LongestWait;
            for (int i = 0; i < 2; i++)
            {
                while (_queues[i].TryTake(now, out ReadOnlySpan<byte> packet))
                {
                    Tun.Write(_devices[1 - i], packet);
                    if (i == 0)
                    {
                        Count(now, packet);
                    }
                }

                wait = _queues[i].NextAt is { } next && next - now < wait ? next - now : wait;
            }

            LibC.WaitReadable(_devices, wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            for (int i = 0; i < 2; i++)
            {
                ready[0] = _devices[i];
                for (int packets = 0; packets < Batch && LibC.WaitReadable(ready, TimeSpan.Zero); packets++)
                {
                    int length = Tun.Read(_devices[i], buffer);
                    if (length > 0)
                    {
                        _queues[i].Add(Now, buffer.AsSpan(0, length));
                    }
                }
            }
        }
    }

    private void Count(TimeSpan now, ReadOnlySpan<byte> packet)
    {
        int bin = (int)(now / _bin);
        int port = DestinationPort(packet);
        lock (_delivered)
        {
            if (!_delivered.TryGetValue(port, out List<double>? bytes))
            {
                _delivered.Add(port, bytes = []);
            }

            while (bytes.Count <= bin)
            {
                bytes.Add(0);
            }

            bytes[bin] += packet.Length;
        }
    }
}

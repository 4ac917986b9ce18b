using System.Buffers.Binary;
using System.Diagnostics;
using Peercast.Player.Session;

namespace Peercast.NatLab.Moves;

/// <summary>Steady traffic of one side over both channels of a neighbor: 50 numbered messages a second on each.</summary>
internal sealed class Traffic
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly int[] _sent = new int[2];
    private readonly HashSet<int>[] _seen = [[], []];
    private readonly List<long>[] _arrivals = [[], []];
    private int _doubled;
    private int _disordered;
    private volatile bool _stopped;

    /// <summary>Sends until <see cref="Stop"/>.</summary>
    public void Start(NeighborConnection neighbor) => new Thread(() => Send(neighbor)) { IsBackground = true }.Start();

    public void Stop() => _stopped = true;

    /// <summary>Takes note of a message of the other side.</summary>
    public void Receive(bool onDataChannel, ReadOnlySpan<byte> message)
    {
        long now = Stopwatch.GetTimestamp();
        int channel = onDataChannel ? 1 : 0, number = BinaryPrimitives.ReadInt32LittleEndian(message);
        lock (_gate)
        {
            // The control channel is the ordered one.
            _disordered += !onDataChannel && number != _seen[0].Count ? 1 : 0;
            _doubled += _seen[channel].Add(number) ? 0 : 1;
            _arrivals[channel].Add(now);
        }
    }

    /// <summary>What has come of it.</summary>
    public TrafficReport Report()
    {
        lock (_gate)
        {
            return new TrafficReport([.. _sent], [.. _seen.Select(seen => seen.Count)], _doubled, _disordered, [.. _arrivals[0]], [.. _arrivals[1]]);
        }
    }

    private void Send(NeighborConnection neighbor)
    {
        byte[][] messages = [new byte[40], new byte[1000]];
        while (!_stopped)
        {
            for (int channel = 0; channel < 2; channel++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(messages[channel], _sent[channel]);
                if (neighbor.TrySend(channel == 1, messages[channel]))
                {
                    lock (_gate)
                    {
                        _sent[channel]++;
                    }
                }
            }

            Thread.Sleep(Interval);
        }
    }
}

/// <summary>What one side has sent and received, by channel: control, then data. Times are <see cref="Stopwatch"/>'s, which all processes share.</summary>
internal sealed record TrafficReport(int[] Sent, int[] Received, int Doubled, int Disordered, long[] ControlArrivals, long[] DataArrivals)
{
    /// <summary>The longest silence on either channel that ended after a moment.</summary>
    public TimeSpan LongestSilence(long after) => new[] { ControlArrivals, DataArrivals }
        .Select(arrivals => arrivals.Zip(arrivals.Skip(1)).Where(pair => pair.Second > after)
            .Select(pair => Stopwatch.GetElapsedTime(pair.First, pair.Second)).DefaultIfEmpty(TimeSpan.MaxValue).Max())
        .Max();
}

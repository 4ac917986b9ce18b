using System.Buffers.Binary;

namespace Peercast.WebRtc.Tests.Sctp;

/// <summary>One direction of a path in virtual time: delay, rate with a bounded queue, loss, reordering, duplication.</summary>
internal sealed class VirtualLink(Random random)
{
    private readonly PriorityQueue<byte[], (TimeSpan At, long Order)> _packets = new();
    private TimeSpan _busyUntil;
    private long _order;

    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(10);

    public double Loss { get; set; }

    public double Duplication { get; set; }

    /// <summary>The share of packets that are held back by up to <see cref="ReorderDelay"/>.</summary>
    public double Reordering { get; set; }

    public TimeSpan ReorderDelay { get; set; } = TimeSpan.FromMilliseconds(15);

    /// <summary>Bytes per second; zero for no limit.</summary>
    public double Rate { get; set; }

    /// <summary>Bytes that wait for the rate at most.</summary>
    public double QueueLimit { get; set; } = 250_000;

    /// <summary>Drops a packet when it returns <see langword="true"/>.</summary>
    public Func<byte[], bool>? Drop { get; set; }

    public List<byte[]> Sent { get; } = [];

    public bool KeepsSent { get; set; }

    public int SentCount { get; private set; }

    public TimeSpan? NextArrival => _packets.TryPeek(out _, out var next) ? next.At : null;

    public void Send(TimeSpan now, ReadOnlySpan<byte> bytes)
    {
        var packet = bytes.ToArray();
        SentCount++;
        if (KeepsSent)
            Sent.Add(packet);
        if (Drop?.Invoke(packet) == true || random.NextDouble() < Loss)
            return;
        var at = now;
        if (Rate > 0)
        {
            at = _busyUntil > now ? _busyUntil : now;
            if ((at - now).TotalSeconds * Rate > QueueLimit)
                return;
            at += TimeSpan.FromSeconds(packet.Length / Rate);
            _busyUntil = at;
        }

        at += Delay;
        if (random.NextDouble() < Reordering)
            at += ReorderDelay * random.NextDouble();
        _packets.Enqueue(packet, (at, _order++));
        if (random.NextDouble() < Duplication)
            _packets.Enqueue(packet, (at + TimeSpan.FromMilliseconds(1), _order++));
    }

    public bool TryReceive(TimeSpan now, out byte[]? packet)
    {
        packet = null;
        if (!_packets.TryPeek(out packet, out var next) || next.At > now)
            return false;
        _packets.Dequeue();
        return true;
    }

    /// <summary>The chunks of a packet: type, flags and value.</summary>
    public static IEnumerable<(byte Type, byte Flags, byte[] Value)> ChunksOf(byte[] packet)
    {
        for (int offset = 12; offset + 4 <= packet.Length;)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(offset + 2));
            yield return (packet[offset], packet[offset + 1], packet[(offset + 4)..(offset + length)]);
            offset += (length + 3) & ~3;
        }
    }

    public static bool Has(byte[] packet, byte type) => ChunksOf(packet).Any(chunk => chunk.Type == type);
}

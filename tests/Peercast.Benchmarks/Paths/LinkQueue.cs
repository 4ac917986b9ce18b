namespace Peercast.Benchmarks.Paths;

/// <summary>
/// One direction of a link: loses by chance, queues before the bottleneck and drops what does not fit, delays. Owns no
/// clock: times are arguments, since any start.
/// </summary>
/// <param name="profile">How.</param>
/// <param name="overhead">Bytes that each packet has on the wire beside those handed in.</param>
/// <param name="seed">Of the chance.</param>
internal sealed class LinkQueue(PathProfile profile, int overhead, int seed)
{
    private const int MaxPacket = 2048;
    private const int Slots = 16 * 1024;

    private readonly Random _random = new(seed);
    private readonly byte[] _bytes = new byte[Slots * MaxPacket];
    private readonly (int Length, TimeSpan At)[] _packets = new (int, TimeSpan)[Slots];
    private long _first;
    private long _end;
    private TimeSpan _busyUntil;

    /// <summary>Packets that chance took.</summary>
    public long Lost { get; private set; }

    /// <summary>Packets that found the queue full.</summary>
    public long Dropped { get; private set; }

    /// <summary>When the next packet arrives at the other end; <see langword="null"/>: none is under way.</summary>
    public TimeSpan? NextAt => _first == _end ? null : _packets[_first % Slots].At;

    /// <summary>Takes a packet at this end, and perhaps loses it.</summary>
    public void Add(TimeSpan now, ReadOnlySpan<byte> packet)
    {
        if (packet.Length > MaxPacket || _end - _first == Slots)
        {
            Dropped++;
            return;
        }

        TimeSpan leaves = now;
        if (profile.BytesPerSecond > 0)
        {
            double size = packet.Length + overhead;
            TimeSpan begins = _busyUntil > now ? _busyUntil : now;
            if (((begins - now).TotalSeconds * profile.BytesPerSecond) + size > profile.QueueBytes)
            {
                Dropped++;
                return;
            }

            leaves = _busyUntil = begins + TimeSpan.FromSeconds(size / profile.BytesPerSecond);
        }

        if (profile.Loss > 0 && _random.NextDouble() < profile.Loss)
        {
            Lost++;
            return;
        }

        int slot = (int)(_end++ % Slots);
        packet.CopyTo(_bytes.AsSpan(slot * MaxPacket));
        _packets[slot] = (packet.Length, leaves + (profile.RoundTrip / 2));
    }

    /// <summary>Hands out what has arrived at the other end by now, in order; valid until the next call.</summary>
    public bool TryTake(TimeSpan now, out ReadOnlySpan<byte> packet)
    {
        packet = default;
        if (!(NextAt <= now))
        {
            return false;
        }

        int slot = (int)(_first++ % Slots);
        packet = _bytes.AsSpan(slot * MaxPacket, _packets[slot].Length);
        return true;
    }
}

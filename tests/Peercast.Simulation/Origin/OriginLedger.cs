using Peercast.Protocol.Primitives;

namespace Peercast.Simulation.Origin;

/// <summary>What the origin sent.</summary>
internal sealed class OriginLedger
{
    private readonly List<long> _bytesBySecond = [];
    private readonly Dictionary<long, int> _copies = [];
    private readonly List<long> _busiest = [];
    private readonly Queue<(TimeSpan At, int Bytes)> _lastSecond = [];
    private long _inLastSecond;

    /// <summary>Media bytes in each second since the beginning.</summary>
    public IReadOnlyList<long> BytesBySecond => _bytesBySecond;

    /// <summary>For each second since the beginning, the most media bytes in any one second that ends within it.</summary>
    public IReadOnlyList<long> BusiestBySecond => _busiest;

    /// <summary>Bytes of manifest batches.</summary>
    public long BatchBytes { get; private set; }

    /// <summary>How often a chunk was sent.</summary>
    public int CopiesOf(ChunkId id) => _copies.GetValueOrDefault(id.Value);

    /// <summary>A chunk has left.</summary>
    public void Sent(TimeSpan now, ChunkId id, int bytes)
    {
        int second = (int)now.TotalSeconds;
        while (_bytesBySecond.Count <= second)
        {
            _bytesBySecond.Add(0);
            _busiest.Add(0);
        }

        _bytesBySecond[second] += bytes;
        _lastSecond.Enqueue((now, bytes));
        _inLastSecond += bytes;
        while (_lastSecond.Peek().At <= now - TimeSpan.FromSeconds(1))
        {
            _inLastSecond -= _lastSecond.Dequeue().Bytes;
        }

        _busiest[second] = Math.Max(_busiest[second], _inLastSecond);
        _copies[id.Value] = CopiesOf(id) + 1;
    }

    /// <summary>A batch has left.</summary>
    public void SentBatch(int bytes) => BatchBytes += bytes;

    /// <summary>Media bytes in the seconds from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public long BytesBetween(TimeSpan from, TimeSpan to) =>
        _bytesBySecond.Skip((int)from.TotalSeconds).Take((int)(to - from).TotalSeconds).Sum();
}

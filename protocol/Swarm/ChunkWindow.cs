using System.Numerics;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// The chunks a session looks at: a ring over consecutive ids, so that finding one costs an index and nothing that a
/// neighbor says can make it grow.
/// </summary>
internal sealed class ChunkWindow
{
    private readonly ChunkEntry?[] _ring;

    /// <summary>
    /// For each place of the ring the neighbors that hold its chunk, a bit for each slot, also where no batch names the
    /// chunk yet. Apart from the entries: HAVE, the most frequent message, changes nothing else.
    /// </summary>
    private readonly ulong[] _holders;

    /// <summary>A bit for each place of the ring: a batch names its chunk, and it is not held.</summary>
    private readonly ulong[] _missing;

    /// <summary>As <see cref="_missing"/>: a request or a fetch is under way.</summary>
    private readonly ulong[] _underWay;

    /// <summary>Entries of ids that were forgotten, for new ones: a session needs far fewer than the window has ids.</summary>
    private readonly Stack<ChunkEntry> _unused = [];
    private long _start;

    /// <param name="capacity">Ids looked at; a power of two, at least 64.</param>
    public ChunkWindow(int capacity)
    {
        _ring = new ChunkEntry?[capacity];
        _holders = new ulong[capacity];
        _missing = new ulong[capacity / 64];
        _underWay = new ulong[capacity / 64];
    }

    /// <summary>The oldest id looked at.</summary>
    public ChunkId Start => new(_start);

    /// <summary>The id behind the farthest looked at.</summary>
    public ChunkId End => new(_start + _ring.Length);

    /// <summary>Grows each time everything was forgotten.</summary>
    public int Generation { get; private set; }

    /// <summary>Payload bytes held.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Chunks ever held.</summary>
    public long HeldTotal { get; private set; }

    /// <summary>The entry for an id; <see langword="null"/> when it lies outside the window.</summary>
    public ChunkEntry? Find(ChunkId id)
    {
        long offset = id.Value - _start;
        if (offset < 0 || offset >= _ring.Length)
        {
            return null;
        }

        ref ChunkEntry? entry = ref _ring[id.Value & (_ring.Length - 1)];
        if (entry is null)
        {
            entry = _unused.TryPop(out ChunkEntry? unused) ? unused : new ChunkEntry();
            entry.Reset(id);
        }

        return entry;
    }

    /// <summary>
    /// The first chunk from <paramref name="from"/> up to <paramref name="last"/> that a batch names and that is not held.
    /// The scheduler asks often, and most of what lies between is held.
    /// </summary>
    /// <param name="from">The first id looked at.</param>
    /// <param name="last">The last.</param>
    /// <param name="skipUnderWay">Leave out what a neighbor has been asked for or the origin sends.</param>
    public ChunkEntry? FindMissing(ChunkId from, ChunkId last, bool skipUnderWay)
    {
        ulong left = skipUnderWay ? ulong.MaxValue : 0;
        long end = Math.Min(last.Value, End.Value - 1);
        long id = from.Value;
        while (id >= _start && id <= end)
        {
            ulong missing = (Around(_missing, id) & ~(Around(_underWay, id) & left)) >> (int)(id & 63);
            if (missing != 0)
            {
                id += BitOperations.TrailingZeroCount(missing);
                return id <= end ? _ring[id & (_ring.Length - 1)] : null;
            }

            id = (id | 63) + 1;
        }

        return null;
    }

    /// <summary>A verified batch names a chunk that is not held.</summary>
    /// <param name="entry">The chunk.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="place">The chunk's place in the batch.</param>
    public void Name(ChunkEntry entry, BatchRecord batch, int place)
    {
        entry.Name(batch, place);
        Set(_missing, entry.Id, true);
    }

    /// <summary>A neighbor has been asked for a chunk; <see langword="null"/>: no longer.</summary>
    public void SetRequest(ChunkEntry entry, PendingRequest? request)
    {
        entry.Request = request;
        Set(_underWay, entry.Id, request is not null || entry.OriginRequest != 0);
    }

    /// <summary>A fetch from the origin covers a chunk; 0: no longer.</summary>
    public void SetOriginRequest(ChunkEntry entry, int request)
    {
        entry.OriginRequest = request;
        Set(_underWay, entry.Id, request != 0 || entry.Request is not null);
    }

    /// <summary>Stores a verified chunk.</summary>
    public void Hold(ChunkEntry entry, ReadOnlyMemory<byte> bytes)
    {
        Set(_missing, entry.Id, false);
        entry.Bytes = bytes;
        entry.IsHeld = true;
        HeldBytes += bytes.Length;
        HeldTotal++;
    }

    /// <summary>Forgets all before <paramref name="start"/>.</summary>
    public void SlideTo(ChunkId start)
    {
        long end = Math.Min(start.Value, _start + _ring.Length);
        for (long id = _start; id < end; id++)
        {
            Forget(ref _ring[id & (_ring.Length - 1)]);
            _holders[id & (_ring.Length - 1)] = 0;
        }

        _start = Math.Max(_start, start.Value);
    }

    /// <summary>The neighbors that hold a chunk of the window, a bit for each slot.</summary>
    public ulong HoldersOf(ChunkId id) => _holders[id.Value & (_ring.Length - 1)];

    /// <summary>A neighbor holds the chunks of a range within the window.</summary>
    /// <returns>Whether any of them is wanted and not on its way: whoever decides what to ask for has something new.</returns>
    public bool AddHolder(ChunkRange range, ulong bit)
    {
        bool isNews = false;
        for (ChunkId id = range.First; id <= range.Last; id = id.Next)
        {
            _holders[id.Value & (_ring.Length - 1)] |= bit;
            isNews |= (Around(_missing, id.Value) & ~Around(_underWay, id.Value) & (1UL << (int)(id.Value & 63))) != 0;
        }

        return isNews;
    }

    /// <summary>A neighbor does not hold the chunks of a range within the window.</summary>
    public void RemoveHolder(ChunkRange range, ulong bit)
    {
        for (ChunkId id = range.First; id <= range.Last; id = id.Next)
        {
            _holders[id.Value & (_ring.Length - 1)] &= ~bit;
        }
    }

    /// <summary>A neighbor is gone: it holds nothing any more, and its slot will be another's.</summary>
    public void ForgetHolder(ulong bit)
    {
        foreach (ref ulong holders in _holders.AsSpan())
        {
            holders &= ~bit;
        }

        foreach (ChunkEntry? entry in _ring)
        {
            if (entry?.Batch is { } batch)
            {
                batch.KnownBy &= ~bit;
            }
        }
    }

    /// <summary>Forgets everything and starts over at <paramref name="start"/>.</summary>
    public void Clear(ChunkId start)
    {
        Array.Clear(_ring);
        Array.Clear(_holders);
        Array.Clear(_missing);
        Array.Clear(_underWay);
        Generation++;
        HeldBytes = 0;
        _start = start.Value;
    }

    /// <summary>The bits of the 64 ids around one.</summary>
    private ref ulong Around(ulong[] bits, long id) => ref bits[(id & (_ring.Length - 1)) / 64];

    private void Set(ulong[] bits, ChunkId id, bool value)
    {
        ulong bit = 1UL << (int)(id.Value & 63);
        ref ulong around = ref Around(bits, id.Value);
        around = value ? around | bit : around & ~bit;
    }

    private void Forget(ref ChunkEntry? entry)
    {
        if (entry is not null)
        {
            Set(_missing, entry.Id, false);
            Set(_underWay, entry.Id, false);
            HeldBytes -= entry.Bytes.Length;
            entry.Reset(default);
            _unused.Push(entry);
            entry = null;
        }
    }
}

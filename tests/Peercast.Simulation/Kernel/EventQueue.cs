namespace Peercast.Simulation.Kernel;

/// <summary>Events by time, and those of one time in the order in which they were put in. A binary heap over small keys.</summary>
internal sealed class EventQueue
{
    private (long At, long Sequence, int Slot)[] _heap = new (long, long, int)[16];
    private SimEvent[] _slots = new SimEvent[16];
    private int[] _free = new int[16];
    private int _freeCount;
    private int _usedSlots;
    private long _sequence;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>When the next happens; <see cref="TimeSpan.MaxValue"/>: none.</summary>
    public TimeSpan NextAt => Count == 0 ? TimeSpan.MaxValue : new TimeSpan(_heap[0].At);

    /// <summary>Puts an event in.</summary>
    public void Enqueue(TimeSpan at, in SimEvent e)
    {
        int slot = _freeCount > 0 ? _free[--_freeCount] : TakeNewSlot();
        _slots[slot] = e;
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        var key = (At: at.Ticks, Sequence: _sequence++, Slot: slot);
        int i = Count++;
        while (i > 0)
        {
            int parent = (i - 1) / 2;
            if (!Before(key, _heap[parent]))
            {
                break;
            }

            _heap[i] = _heap[parent];
            i = parent;
        }

        _heap[i] = key;
    }

    /// <summary>Takes the next event out; there must be one.</summary>
    public SimEvent Dequeue()
    {
        int slot = _heap[0].Slot;
        SimEvent taken = _slots[slot];
        _slots[slot] = default;
        Free(slot);
        var last = _heap[--Count];
        int i = 0;
        while (true)
        {
            int child = (2 * i) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && Before(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!Before(_heap[child], last))
            {
                break;
            }

            _heap[i] = _heap[child];
            i = child;
        }

        _heap[i] = last;
        return taken;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _heap = new (long, long, int)[16];
        _slots = new SimEvent[16];
        _free = new int[16];
        Count = _freeCount = _usedSlots = 0;
    }

    private static bool Before(in (long At, long Sequence, int Slot) a, in (long At, long Sequence, int Slot) b) =>
        a.At < b.At || (a.At == b.At && a.Sequence < b.Sequence);

    private int TakeNewSlot()
    {
        if (_usedSlots == _slots.Length)
        {
            Array.Resize(ref _slots, _usedSlots * 2);
        }

        return _usedSlots++;
    }

    private void Free(int slot)
    {
        if (_freeCount == _free.Length)
        {
            Array.Resize(ref _free, _freeCount * 2);
        }

        _free[_freeCount++] = slot;
    }
}

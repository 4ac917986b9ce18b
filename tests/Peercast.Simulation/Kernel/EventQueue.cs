namespace Peercast.Simulation.Kernel;

/// <summary>
/// Events by time, those of one time by an order that the caller gives, and then as they were put in. A binary heap over
/// small keys.
/// </summary>
internal sealed class EventQueue
{
    private Key[] _heap = new Key[16];
    private SimEvent[] _slots = new SimEvent[16];
    private int[] _free = new int[16];
    private int _freeCount;
    private int _usedSlots;
    private uint _sequence;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>When the next happens; <see cref="TimeSpan.MaxValue"/>: none.</summary>
    public TimeSpan NextAt => Count == 0 ? TimeSpan.MaxValue : new TimeSpan(_heap[0].At);

    /// <summary>Puts an event in.</summary>
    /// <param name="at">When it happens.</param>
    /// <param name="order">Its place among those of the same time; the lowest comes first.</param>
    /// <param name="e">The event.</param>
    public void Enqueue(TimeSpan at, long order, in SimEvent e)
    {
        int slot = _freeCount > 0 ? _free[--_freeCount] : TakeNewSlot();
        _slots[slot] = e;
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        var key = new Key(at.Ticks, order, _sequence++, slot);
        int i = Count++;
        while (i > 0)
        {
            int parent = (i - 1) / 2;
            if (!key.IsBefore(_heap[parent]))
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
        Key last = _heap[--Count];
        int i = 0;
        while (true)
        {
            int child = (2 * i) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && _heap[child + 1].IsBefore(_heap[child]))
            {
                child++;
            }

            if (!_heap[child].IsBefore(last))
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
        _heap = new Key[16];
        _slots = new SimEvent[16];
        _free = new int[16];
        Count = _freeCount = _usedSlots = 0;
    }

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

    private readonly struct Key(long at, long order, uint sequence, int slot)
    {
        public long At { get; } = at;

        public int Slot { get; } = slot;

        private long Order { get; } = order;

        private uint Sequence { get; } = sequence;

        public bool IsBefore(in Key other) =>
            At < other.At || (At == other.At && (Order < other.Order || (Order == other.Order && Sequence < other.Sequence)));
    }
}

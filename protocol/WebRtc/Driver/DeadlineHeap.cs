namespace Peercast.WebRtc.Driver;

/// <summary>A binary heap of deadlines, the next one first, in which each knows its place and can thus be moved.</summary>
internal sealed class DeadlineHeap
{
    private readonly List<DeadlineEntry> _entries = [];

    /// <summary>The next one; <see langword="null"/>: there is none.</summary>
    public DeadlineEntry? First => _entries.Count > 0 ? _entries[0] : null;

    /// <summary>Puts one in, or moves it.</summary>
    public void Move(DeadlineEntry entry, TimeSpan due)
    {
        bool isLater = entry.Place >= 0 && due > entry.Due;
        if (entry.Place < 0)
        {
            entry.Place = _entries.Count;
            _entries.Add(entry);
        }

        entry.Due = due;
        if (isLater)
        {
            Sink(entry);
        }
        else
        {
            Rise(entry);
        }
    }

    /// <summary>Takes the next one out.</summary>
    public void RemoveFirst()
    {
        DeadlineEntry last = _entries[^1];
        _entries[0].Place = -1;
        _entries.RemoveAt(_entries.Count - 1);
        if (_entries.Count > 0)
        {
            Put(last, 0);
            Sink(last);
        }
    }

    /// <summary>Takes all out.</summary>
    public void Clear()
    {
        _entries.ForEach(entry => entry.Place = -1);
        _entries.Clear();
    }

    private void Rise(DeadlineEntry entry)
    {
        int place = entry.Place;
        while (place > 0 && entry.Due < _entries[(place - 1) / 2].Due)
        {
            Put(_entries[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }

        Put(entry, place);
    }

    private void Sink(DeadlineEntry entry)
    {
        int place = entry.Place;
        while (EarlierChild(place) is var child && child < _entries.Count && _entries[child].Due < entry.Due)
        {
            Put(_entries[child], place);
            place = child;
        }

        Put(entry, place);
    }

    private int EarlierChild(int place)
    {
        int child = (2 * place) + 1;
        return child + 1 < _entries.Count && _entries[child + 1].Due < _entries[child].Due ? child + 1 : child;
    }

    private void Put(DeadlineEntry entry, int place)
    {
        entry.Place = place;
        _entries[place] = entry;
    }
}

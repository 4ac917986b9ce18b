using System.Runtime.InteropServices;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Sctp;

/// <summary>Which TSNs have arrived: the cumulative TSN, the runs beyond it, and the duplicates to be reported.</summary>
internal sealed class ReceiveTracker(uint initialTsn, int maxGapBlocks)
{
    private const int MaxDuplicates = 16;

    // Gap blocks carry 16-bit offsets; what lies farther away could not be acknowledged.
    private const uint MaxDistance = ushort.MaxValue;
    private readonly List<TsnRange> _gaps = [];
    private readonly List<uint> _duplicates = [];

    public uint CumulativeTsn { get; private set; } = initialTsn - 1;

    public bool HasGaps => _gaps.Count > 0;

    /// <summary>The runs that arrived beyond the cumulative TSN, in order.</summary>
    public ReadOnlySpan<TsnRange> Gaps => CollectionsMarshal.AsSpan(_gaps);

    public ReadOnlySpan<uint> Duplicates => CollectionsMarshal.AsSpan(_duplicates);

    /// <summary>The duplicates have been reported.</summary>
    public void ClearDuplicates() => _duplicates.Clear();

    /// <summary>Whether a TSN is new and can be recorded; a duplicate is noted down.</summary>
    public ArrivalKind Classify(uint tsn)
    {
        if (tsn == CumulativeTsn + 1)
            return ArrivalKind.New;
        if (!SerialNumber.IsAfter(tsn, CumulativeTsn))
            return Duplicate(tsn);
        if (tsn - CumulativeTsn > MaxDistance)
            return ArrivalKind.BeyondBounds;
        int index = FindRangeAtOrAfter(tsn);
        if (index < _gaps.Count && !SerialNumber.IsAfter(_gaps[index].First, tsn))
            return Duplicate(tsn);
        bool joins = (index > 0 && _gaps[index - 1].Last + 1 == tsn) || (index < _gaps.Count && _gaps[index].First == tsn + 1);
        return joins || _gaps.Count < maxGapBlocks ? ArrivalKind.New : ArrivalKind.BeyondBounds;
    }

    /// <summary>Records a TSN that <see cref="Classify"/> called new.</summary>
    public void Add(uint tsn)
    {
        if (tsn == CumulativeTsn + 1)
        {
            CumulativeTsn = tsn;
            AbsorbFirstRange();
            return;
        }

        int index = FindRangeAtOrAfter(tsn);
        bool joinsPrevious = index > 0 && _gaps[index - 1].Last + 1 == tsn;
        bool joinsNext = index < _gaps.Count && _gaps[index].First == tsn + 1;
        if (joinsPrevious && joinsNext)
        {
            _gaps[index - 1] = new TsnRange(_gaps[index - 1].First, _gaps[index].Last);
            _gaps.RemoveAt(index);
        }
        else if (joinsPrevious)
            _gaps[index - 1] = new TsnRange(_gaps[index - 1].First, tsn);
        else if (joinsNext)
            _gaps[index] = new TsnRange(tsn, _gaps[index].Last);
        else
            _gaps.Insert(index, new TsnRange(tsn, tsn));
    }

    /// <summary>The sender has given up everything up to a TSN (RFC 3758, section 3.6).</summary>
    public void Forward(uint tsn)
    {
        if (!SerialNumber.IsAfter(tsn, CumulativeTsn))
            return;
        CumulativeTsn = tsn;
        int covered = 0;
        while (covered < _gaps.Count && !SerialNumber.IsAfter(_gaps[covered].Last, tsn))
            covered++;
        _gaps.RemoveRange(0, covered);
        if (_gaps.Count > 0 && !SerialNumber.IsAfter(_gaps[0].First, tsn))
            _gaps[0] = new TsnRange(tsn + 1, _gaps[0].Last);
        AbsorbFirstRange();
    }

    private void AbsorbFirstRange()
    {
        if (_gaps.Count == 0 || _gaps[0].First != CumulativeTsn + 1)
            return;
        CumulativeTsn = _gaps[0].Last;
        _gaps.RemoveAt(0);
    }

    private ArrivalKind Duplicate(uint tsn)
    {
        if (_duplicates.Count < MaxDuplicates)
            _duplicates.Add(tsn);
        return ArrivalKind.Duplicate;
    }

    // The first range that ends at the TSN or after it.
    private int FindRangeAtOrAfter(uint tsn)
    {
        if (_gaps.Count == 0 || SerialNumber.IsAfter(tsn, _gaps[^1].Last))
            return _gaps.Count;
        int low = 0, high = _gaps.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (SerialNumber.IsBefore(_gaps[middle].Last, tsn))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}

/// <summary>What a TSN that arrives is to us.</summary>
internal enum ArrivalKind
{
    New,

    /// <summary>It arrived before.</summary>
    Duplicate,

    /// <summary>It lies too far ahead or would open one gap block too many; it must be dropped and sent again.</summary>
    BeyondBounds,
}

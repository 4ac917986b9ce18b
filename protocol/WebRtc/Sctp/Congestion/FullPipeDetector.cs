namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// Finds out that sending faster does not deliver faster any more: three rounds that together brought less than a quarter
/// (draft-ietf-ccwg-bbr, section 5.3.1.2).
/// </summary>
internal sealed class FullPipeDetector
{
    private const double Growth = 1.25;
    private const int Rounds = 3;

    // On a path that stalls in every round the search must end as well.
    private const int MaxRounds = 10;
    private double _baseline;
    private int _flatRounds;
    private int _rounds;
    private bool _hasStalled;

    /// <summary>The rate has stopped growing since <see cref="Reset"/>.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Looks for a plateau anew, above a rate.</summary>
    public void Reset(double baseline)
    {
        _baseline = baseline;
        _flatRounds = _rounds = 0;
        IsFull = false;
    }

    /// <summary>Takes a sample. Any of a round may show growth; the first one of the next says that there was none.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="isRoundStart">It is the first of a round.</param>
    /// <param name="isStalled">It was under way while nothing moved: that it shows no growth says nothing.</param>
    public void OnSample(in DeliverySample sample, bool isRoundStart, bool isStalled)
    {
        _hasStalled |= isStalled;
        if (IsFull || sample.IsApplicationLimited)
            return;
        if (sample.Rate >= _baseline * Growth)
        {
            Reset(sample.Rate);
            return;
        }

        if (!isRoundStart)
            return;
        if (!_hasStalled)
            _flatRounds++;
        _hasStalled = isStalled;
        IsFull = _flatRounds >= Rounds || ++_rounds >= MaxRounds;
    }
}

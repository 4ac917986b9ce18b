namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// Finds out that sending faster does not deliver faster any more: three rounds that together brought less than a quarter
/// (draft-ietf-ccwg-bbr, section 5.3.1.2).
/// </summary>
internal sealed class FullPipeDetector
{
    private const double Growth = 1.25;
    private const int Rounds = 3;
    private double _baseline;
    private int _flatRounds;

    /// <summary>The rate has stopped growing since <see cref="Reset"/>.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Looks for a plateau anew, above a rate.</summary>
    public void Reset(double baseline)
    {
        _baseline = baseline;
        _flatRounds = 0;
        IsFull = false;
    }

    /// <summary>Takes the first sample of each round.</summary>
    public void OnRound(in DeliverySample sample)
    {
        if (IsFull || sample.IsApplicationLimited)
            return;
        if (sample.Rate >= _baseline * Growth)
        {
            Reset(sample.Rate);
            return;
        }

        IsFull = ++_flatRounds >= Rounds;
    }
}

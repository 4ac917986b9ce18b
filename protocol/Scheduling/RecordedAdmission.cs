namespace Peercast.Protocol.Scheduling;

/// <summary>
/// A supplier's answer to a request for a chunk of a recording. What is due sooner is sent first, so only that stands
/// in a request's way; what is due late is fetched to be safe, and only an idle uplink serves it.
/// </summary>
internal static class RecordedAdmission
{
    /// <summary>What is due later than this, in seconds, can wait for an idle uplink.</summary>
    public const double BackgroundSeconds = 8;

    /// <summary>An uplink with more than this to send, in seconds, is not idle.</summary>
    private const double IdleSeconds = 0.2;

    /// <summary>Decides; the parameters are those of <see cref="Admission.Decide"/>.</summary>
    public static Admission.Verdict Decide(
        long aheadBytes,
        long queuedBytes,
        int length,
        double bytesPerSecond,
        double oneWaySeconds,
        double secondsToDeadline,
        double maxQueueSeconds,
        out double etaSeconds)
    {
        etaSeconds = (aheadBytes + length) / bytesPerSecond;
        bool isBusy = secondsToDeadline > BackgroundSeconds
            ? queuedBytes / bytesPerSecond > IdleSeconds
            : aheadBytes / bytesPerSecond > maxQueueSeconds;
        return isBusy ? Admission.Verdict.Busy
            : etaSeconds + oneWaySeconds > secondsToDeadline ? Admission.Verdict.TooLate
            : Admission.Verdict.Accept;
    }
}

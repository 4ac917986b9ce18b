namespace Peercast.Protocol.Scheduling;

/// <summary>How a supplier answers; see <see cref="Admission.Decide"/>.</summary>
internal delegate Admission.Verdict AdmissionRule(
    long aheadBytes,
    long queuedBytes,
    int length,
    double bytesPerSecond,
    double oneWaySeconds,
    double secondsToDeadline,
    double maxQueueSeconds,
    out double etaSeconds);

/// <summary>A supplier's answer to a request, given at once: it knows its queue, the asking peer does not.</summary>
internal static class Admission
{
    /// <summary>What to answer.</summary>
    internal enum Verdict
    {
        /// <summary>Take it.</summary>
        Accept,

        /// <summary>Too much is waiting.</summary>
        Busy,

        /// <summary>It would arrive too late.</summary>
        TooLate,
    }

    /// <summary>Decides.</summary>
    /// <param name="aheadBytes">What will be sent before it, send buffers included.</param>
    /// <param name="queuedBytes">All that waits, send buffers included.</param>
    /// <param name="length">Of the chunk.</param>
    /// <param name="bytesPerSecond">What the uplink gives; above 0.</param>
    /// <param name="oneWaySeconds">Half the round-trip time.</param>
    /// <param name="secondsToDeadline">As the asking peer said.</param>
    /// <param name="maxQueueSeconds">Qmax.</param>
    /// <param name="etaSeconds">When its last byte will have left.</param>
    public static Verdict Decide(
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
        return queuedBytes / bytesPerSecond > maxQueueSeconds ? Verdict.Busy
            : etaSeconds + oneWaySeconds > secondsToDeadline ? Verdict.TooLate
            : Verdict.Accept;
    }
}

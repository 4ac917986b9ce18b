namespace Peercast.Protocol.Scheduling;

/// <summary>How an estimate of a neighbor's service time follows what it does.</summary>
internal static class ServiceEstimate
{
    /// <summary>Before the first sample, in seconds.</summary>
    public const double Initial = 0.4;

    private const double Weight = 0.25;
    private const double Min = 0.005;
    private const double Max = 10;
    private const double Relaxation = 0.8;

    /// <summary>A chunk came.</summary>
    public static double AfterSample(double estimate, double seconds) =>
        Math.Clamp(estimate + ((seconds - estimate) * Weight), Min, Max);

    /// <summary>A request was rejected for load: slower than thought, though nobody knows by how much.</summary>
    public static double AfterRejection(double estimate) => Math.Clamp(estimate * 1.15, Min, Max);

    /// <summary>
    /// A second has passed. Without this, who was rejected by all for a while would ask nobody any more, and never learn that
    /// they have room again.
    /// </summary>
    public static double AfterSecond(double estimate) => estimate > Initial ? Initial + ((estimate - Initial) * Relaxation) : estimate;

    /// <summary>A request was not answered in time.</summary>
    public static double AfterTimeout(double estimate) => Math.Clamp((estimate * 2) + 0.1, Min, Max);
}

namespace Peercast.Simulation.Scenarios;

/// <summary>How long a run is; what happens in it happens at fractions of that, so that a short run sees it all.</summary>
/// <param name="WarmUp">Figures count from here on.</param>
/// <param name="Length">The whole run, warm-up included.</param>
internal sealed record Timing(TimeSpan WarmUp, TimeSpan Length)
{
    private static readonly TimeSpan LongestOpening = TimeSpan.FromSeconds(30);

    /// <summary>The first viewers open their players within so much.</summary>
    public TimeSpan Opening => WarmUp / 2 < LongestOpening ? WarmUp / 2 : LongestOpening;

    /// <summary>What is measured.</summary>
    public TimeSpan Measured => Length - WarmUp;

    /// <summary>A moment within what is measured.</summary>
    /// <param name="fraction">0: the end of the warm-up; 1: the end of the run.</param>
    public TimeSpan At(double fraction) => WarmUp + (Measured * fraction);
}

namespace Peercast.Player.Terminal;

/// <summary>The upload limits that the keys u and U step through, in bits per second.</summary>
internal static class UploadLimitSteps
{
    private static readonly long[] _steps =
    [
        0, 250_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000, 50_000_000, 100_000_000, long.MaxValue,
    ];

    /// <summary>The next step above; the highest is no limit.</summary>
    public static long Up(long limit) => _steps.FirstOrDefault(s => s > limit, long.MaxValue);

    /// <summary>The next step below; the lowest gives nothing.</summary>
    public static long Down(long limit) => _steps.LastOrDefault(s => s < limit, 0);
}

namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>What associations that share a line may each send at most. Read and written by any thread.</summary>
internal sealed class SendRateBound
{
    private double _bytesPerSecond = double.PositiveInfinity;

    /// <summary>In bytes per second; infinite: no bound.</summary>
    public double BytesPerSecond
    {
        get => Volatile.Read(ref _bytesPerSecond);
        set => Volatile.Write(ref _bytesPerSecond, value);
    }

    /// <summary>A pacing rate within the bound.</summary>
    /// <param name="rate">In bytes per second; <see langword="null"/>: nothing is known that asks for pacing.</param>
    public double? Of(double? rate)
    {
        double bound = BytesPerSecond;
        return rate is { } known ? Math.Min(known, bound) : double.IsFinite(bound) ? bound : null;
    }
}

namespace Peercast.Benchmarks.Measures;

/// <summary>One measured transfer.</summary>
internal sealed record Transfer
{
    /// <summary>Payload received, in millions of bytes a second.</summary>
    public required double MegabytesPerSecond { get; init; }

    /// <summary>Processor time of both ends' process trees for a thousand million bytes of payload.</summary>
    public required double CpuSecondsPerGigabyte { get; init; }

    /// <summary>Messages that were not what was sent.</summary>
    public required long WrongMessages { get; init; }

    /// <summary>Managed bytes that both ends allocated for a million bytes of payload; <see langword="null"/> for ends that do not tell.</summary>
    public required double? AllocatedPerMegabyte { get; init; }
}

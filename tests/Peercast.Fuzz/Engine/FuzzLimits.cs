namespace Peercast.Fuzz.Engine;

/// <summary>What counts as a finding beside exceptions.</summary>
internal sealed record FuzzLimits
{
    /// <summary>The time for one input. A longer one is repeated: only what is slow each time counts, not what the machine did meanwhile.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a slow input is repeated.</summary>
    public int Repetitions { get; init; } = 3;

    /// <summary>By how many bytes the heap may grow.</summary>
    public long HeapGrowth { get; init; } = 32 * 1024 * 1024;

    /// <summary>Inputs between two looks at the heap; zero where other work shares it.</summary>
    public int HeapInterval { get; init; } = 250_000;
}

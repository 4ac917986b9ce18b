namespace Peercast.Fuzz.Engine;

/// <summary>What a run that found nothing saw.</summary>
internal sealed record FuzzReport
{
    public required long Inputs { get; init; }

    /// <summary>Different ways that inputs went.</summary>
    public required int Outcomes { get; init; }

    public required long Sessions { get; init; }

    /// <summary>The longest that one input took, other work of the machine included.</summary>
    public required TimeSpan Slowest { get; init; }

    /// <summary>Bytes that one input made the code allocate at most.</summary>
    public required long LargestAllocation { get; init; }

    /// <summary>By how much the heap was ever larger than at the beginning, in bytes, when it was looked at.</summary>
    public required long HeapGrowth { get; init; }

    /// <summary>The first inputs that went a way of their own.</summary>
    public required IReadOnlyList<byte[]> Kept { get; init; }
}

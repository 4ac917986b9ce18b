namespace Peercast.Fuzz.Engine;

/// <summary>
/// Code that reads bytes of a peer. It says what is true of every input; the run brings the inputs, and looks itself for
/// exceptions, time and memory. What a target does depends on its inputs only, so that a finding can be repeated.
/// </summary>
internal abstract class FuzzTarget(string name, string corpus)
{
    /// <summary>How the command calls it.</summary>
    public string Name { get; } = name;

    /// <summary>The folder of its samples.</summary>
    public string Corpus { get; } = corpus;

    /// <summary>Bytes of the longest input.</summary>
    public virtual int MaxLength => 1500;

    /// <summary>Inputs that one session takes before another begins; zero where every input stands alone.</summary>
    public virtual int SessionLength => 0;

    /// <summary>Whether an input has ended the session.</summary>
    public virtual bool IsOver => false;

    /// <summary>Bytes that one input may make the code allocate.</summary>
    public virtual long MaxAllocation => 256 * 1024;

    /// <summary>
    /// Outcomes that ten thousand inputs reach without effort. Fewer mean that the inputs are noise which the first check of the
    /// code refuses, so that the run proves nothing.
    /// </summary>
    public abstract int LeastOutcomes { get; }

    /// <summary>Words of the format, for mutations to put in.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>Begins a session in the state that the target stands for.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>Makes an input from nothing but knowledge of the format.</summary>
    /// <returns>Its length; zero where samples and mutations are enough.</returns>
    public virtual int Make(Random random, Span<byte> buffer) => 0;

    /// <summary>Repairs what an input needs to get past the first checks: lengths, checksums, tags.</summary>
    public virtual void Repair(Random random, Span<byte> input)
    {
    }

    /// <summary>Gives an input to the code.</summary>
    /// <returns>A number that is the same for inputs that went the same way: an input with a new one is worth mutating further.</returns>
    /// <exception cref="BrokenClaimException">Something is not true that should be.</exception>
    public abstract int Run(ReadOnlySpan<byte> input);
}

namespace Peercast.Fuzz.Engine;

/// <summary>An input that the code does not stand.</summary>
/// <param name="target">Whose input.</param>
/// <param name="what">What it did.</param>
/// <param name="sample">The input, or the session up to it, as a file of the corpus.</param>
/// <param name="inner">What was thrown.</param>
internal sealed class FuzzFindingException(FuzzTarget target, string what, byte[] sample, Exception? inner = null)
    : Exception($"{target.Name}: {what}", inner)
{
    /// <summary>The input, or the session up to it, as a file of the corpus.</summary>
    public byte[] Sample { get; } = sample;

    /// <summary>The same for the same input: finding one twice keeps one file.</summary>
    public string FileName => FuzzCorpus.FileName("found", Sample);
}

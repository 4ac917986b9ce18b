using System.Text.RegularExpressions;

namespace Peercast.Repository.Tests;

public sealed partial class MediaSampleTests
{
    private const long MostBytesTogether = 8 * 1024 * 1024;

    [Fact]
    public void Samples_InTheFolder_AreThoseThatTheReadmeExplains()
    {
        IEnumerable<string> explained = TableRow().Matches(RepositoryFiles.Read("media-samples/README.md")).Select(match => match.Groups[1].Value);
        IEnumerable<string> present = RepositoryFiles.Under("media-samples/", "").Select(Path.GetFileName).Except(["README.md", "generate.sh"])!;

        Assert.Equal(present.Order(StringComparer.Ordinal), explained.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Samples_InTheFolder_AreMadeByTheScript()
    {
        string script = RepositoryFiles.Read("media-samples/generate.sh");

        Assert.Empty(RepositoryFiles.Under("media-samples/", "").Select(path => Path.GetFileName(path)!)
            .Where(name => name is not "README.md" and not "generate.sh" && !script.Contains($"/{name}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Samples_Together_StaySmall() =>
        Assert.InRange(RepositoryFiles.Under("media-samples/", "").Sum(path => new FileInfo(Path.Combine(RepositoryFiles.Root, path)).Length), 1, MostBytesTogether);

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}

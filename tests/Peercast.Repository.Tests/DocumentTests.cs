using System.Text.RegularExpressions;

namespace Peercast.Repository.Tests;

public sealed partial class DocumentTests
{
    private static readonly string[] Documents = [.. RepositoryFiles.Under("", ".md")];

    [Fact]
    public void Links_InAllDocuments_LeadSomewhere()
    {
        IEnumerable<string> dead = from document in Documents
                                   from target in LinksOf(document)
                                   let problem = ProblemOf(document, target)
                                   where problem is not null
                                   select $"{document}: {target}: {problem}";

        Assert.Empty(dead);
    }

    [Fact]
    public void Paths_NamedInDocuments_Exist()
    {
        IEnumerable<string> dead = from document in Documents
                                   from Match match in NamedPath().Matches(RepositoryFiles.Read(document))
                                   let path = match.Groups[1].Value
                                   where !Path.Exists(Path.Combine(RepositoryFiles.Root, path))
                                   select $"{document} names {path}, which does not exist";

        Assert.Empty(dead);
    }

    [Theory]
    [InlineData("## Ports and configuration", "ports-and-configuration")]
    [InlineData("### `HAVE`, REQUEST & more!", "have-request--more")]
    public void Anchor_OfHeading_IsTheOneThatHostingSitesMake(string heading, string expected) =>
        Assert.Equal([expected], AnchorsIn(heading));

    [Fact]
    public void Readme_FirstScreen_NamesTheTwoCommands()
    {
        string firstScreen = string.Join('\n', RepositoryFiles.Read("README.md").Split('\n').Take(40));

        Assert.Contains("bash origin/demo.sh", firstScreen, StringComparison.Ordinal);
        Assert.Contains("bash tests/run.sh", firstScreen, StringComparison.Ordinal);
    }

    private static IEnumerable<string> LinksOf(string document)
    {
        string prose = CodeSpan().Replace(FencedBlock().Replace(RepositoryFiles.Read(document), ""), "");
        return Link().Matches(prose).Select(match => match.Groups[1].Value)
            .Concat(ReferenceLink().Matches(prose).Select(match => match.Groups[1].Value));
    }

    private static string? ProblemOf(string document, string target)
    {
        if (Uri.TryCreate(target, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" or "mailto")
        {
            return null;
        }

        string[] parts = target.Split('#', 2);
        string folder = Path.GetDirectoryName(document)!;
        string path = parts[0].Length == 0
            ? document
            : Path.GetRelativePath(RepositoryFiles.Root, Path.GetFullPath(Path.Combine(RepositoryFiles.Root, folder, Uri.UnescapeDataString(parts[0]))));
        if (!Path.Exists(Path.Combine(RepositoryFiles.Root, path)))
        {
            return "no such file";
        }

        return parts.Length == 2 && path.EndsWith(".md", StringComparison.Ordinal) && !AnchorsIn(RepositoryFiles.Read(path)).Contains(parts[1])
            ? "no such heading"
            : null;
    }

    private static IEnumerable<string> AnchorsIn(string text) =>
        Heading().Matches(FencedBlock().Replace(text, ""))
            .Select(match => NotInAnchors().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\[[^\]]+\]:\s*(\S+)", RegexOptions.Multiline)]
    private static partial Regex ReferenceLink();

    [GeneratedRegex(@"^(```|~~~).*?^\1[^\n]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FencedBlock();

    [GeneratedRegex(@"`[^`\n]+`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^#{1,6}\s+(.+?)\s*#*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    // In running text or in a command line: a path that begins in one of the top folders and ends in a file name.
    [GeneratedRegex(@"(?<![\w/.\-])((?:origin|player|protocol|tests|media-samples)/[\w.\-/]*\w\.(?:cs|csproj|json|md|mp4|webm|sh|txt))\b")]
    private static partial Regex NamedPath();
}

using System.Reflection;
using System.Text.RegularExpressions;

namespace Peercast.Repository.Tests;

public sealed partial class OptionsTests
{
    [Fact]
    public void Properties_OfOptions_AreDocumented()
    {
        IEnumerable<string> bare = from path in RepositoryFiles.Under("", "Options.cs")
                                   where !path.StartsWith("tests/", StringComparison.Ordinal)
                                   let lines = RepositoryFiles.Read(path).Split('\n')
                                   from at in Enumerable.Range(1, lines.Length - 1)
                                   let match = Property().Match(lines[at])
                                   where match.Success && !IsDocumented(lines, at)
                                   select $"{path}: {match.Groups[1].Value} says neither its unit nor its effect nor its default";

        Assert.Empty(bare);
    }

    [Fact]
    public void Properties_OfTheOriginsOptions_AreInItsConfigurationGuide()
    {
        string guide = string.Concat(RepositoryFiles.Under("", ".md")
            .Where(path => path == "README.md" || path.StartsWith("origin/", StringComparison.Ordinal))
            .Select(RepositoryFiles.Read));
        IEnumerable<string> missing = from type in Assembly.Load("Peercast.Origin").GetExportedTypes()
                                      where type.Name.EndsWith("Options", StringComparison.Ordinal)
                                      from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                                      where property.CanWrite && !Regex.IsMatch(guide, $@"\b{Regex.Escape(property.Name)}\b")
                                      select $"{type.Name}.{property.Name}";

        Assert.Empty(missing);
    }

    [Fact]
    public void Properties_OfTheConnectionFactorysOptions_AreInItsReadme()
    {
        string readme = RepositoryFiles.Read("protocol/WebRtc/README.md");
        IEnumerable<string> missing = from type in Assembly.Load("Peercast.WebRtc").GetExportedTypes()
                                      where type.Name.EndsWith("Options", StringComparison.Ordinal)
                                      from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                                      where property.CanWrite && !readme.Contains($"`{property.Name}`", StringComparison.Ordinal)
                                      select $"{type.Name}.{property.Name}";

        Assert.Empty(missing);
    }

    private static bool IsDocumented(string[] lines, int at)
    {
        while (at > 0 && lines[at - 1].TrimStart().StartsWith('['))
        {
            at--;
        }

        return at > 0 && lines[at - 1].TrimStart().StartsWith("///", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\s*(?:public|internal)\s+[^=({]*?(\w+)\s*\{\s*get;\s*(?:internal\s+)?(?:init|set);")]
    private static partial Regex Property();
}

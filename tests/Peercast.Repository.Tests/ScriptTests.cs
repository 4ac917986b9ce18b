using System.Text.RegularExpressions;

namespace Peercast.Repository.Tests;

public sealed partial class ScriptTests
{
    [Fact]
    public void Scripts_AllOfThem_StopAtTheFirstError()
    {
        IEnumerable<string> loose = from path in RepositoryFiles.Under("", ".sh").Append(".ci/run")
                                    let lines = RepositoryFiles.Read(path).Split('\n')
                                    let first = lines.Skip(1).FirstOrDefault(line => line.Length > 0 && !line.StartsWith('#'))
                                    where lines[0] != "#!/usr/bin/env bash" || first != "set -euo pipefail"
                                    select path;

        Assert.Empty(loose);
    }

    [Fact]
    public void ContinuousIntegration_Runs_OnlyTheScriptThatPeopleRun() =>
        Assert.EndsWith("\nbash tests/run.sh\n", RepositoryFiles.Read(".ci/run"), StringComparison.Ordinal);

    [Fact]
    public void Dockerfile_InstallsPackages_ByTheScriptThatTheDemoUses()
    {
        string dockerfile = RepositoryFiles.Read("Dockerfile");

        Assert.Matches(@"RUN bash \S*setup\.sh origin\b", dockerfile);
        Assert.DoesNotMatch(PackageManager(), dockerfile);
        Assert.Contains("bash tests/setup.sh sdk origin", RepositoryFiles.Read("origin/demo.sh"), StringComparison.Ordinal);
    }

    [Fact]
    public void Dockerfile_FinalStage_IsNotRootAndHasAHealthCheck()
    {
        string[] stages = RepositoryFiles.Read("Dockerfile").Split("\nFROM ");

        Assert.Contains("\nUSER ", stages[^1], StringComparison.Ordinal);
        Assert.Contains("\nHEALTHCHECK ", stages[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_AtTheTop_AreThoseThatEveryoneKnows()
    {
        string[] known =
        [
            ".ci", ".dockerignore", ".editorconfig", ".gitignore", "Directory.Build.props", "Directory.Packages.props", "Dockerfile", "LICENSE",
            "Peercast.sln", "README.md", "global.json", "media-samples", "origin", "player", "protocol", "tests",
        ];

        Assert.Equal(known.Order(StringComparer.Ordinal), RepositoryFiles.All.Select(path => path.Split('/')[0]).Where(name => name != ".git").Distinct());
    }

    [GeneratedRegex(@"\b(?:apt|apt-get|apk|dnf|yum)\s+(?:-\S+\s+)*(?:install|add)\b")]
    private static partial Regex PackageManager();
}

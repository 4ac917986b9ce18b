using System.Globalization;
using System.Text.RegularExpressions;

namespace Peercast.Repository.Tests;

public sealed partial class LogMessageTests
{
    private sealed record LogMessage(string Project, string Path, int? EventId);

    private static readonly LogMessage[] Messages = [.. RepositoryFiles.Under("", ".cs")
        .Where(path => !path.StartsWith("tests/", StringComparison.Ordinal))
        .SelectMany(path => Attribute().Matches(SourceText.CodeOf(RepositoryFiles.Read(path)))
            .Select(match => new LogMessage(ProjectOf(path), path, EventIdIn(match.Groups[1].Value))))];

    [Fact]
    public void EventIds_OfLogMessages_AreGiven() =>
        Assert.Empty(Messages.Where(message => message.EventId is null or 0).Select(message => $"{message.Path}: a [LoggerMessage] without an event id"));

    [Fact]
    public void EventIds_WithinAProject_AreUnique()
    {
        IEnumerable<string> twice = from message in Messages
                                    where message.EventId is not null
                                    group message by (message.Project, message.EventId) into same
                                    where same.Count() > 1
                                    select $"{same.Key.Project}: event id {same.Key.EventId} in {string.Join(", ", same.Select(message => message.Path).Distinct())}";

        Assert.Empty(twice);
    }

    [Theory]
    [InlineData("12, LogLevel.Debug, \"\"", 12)]
    [InlineData("EventId = 7, Level = LogLevel.Debug", 7)]
    [InlineData("Level = LogLevel.Debug, EventId = 7", 7)]
    [InlineData("LogLevel.Debug, \"\"", null)]
    public void EventIdIn_Arguments_IsFound(string arguments, int? expected) => Assert.Equal(expected, EventIdIn(arguments));

    private static int? EventIdIn(string arguments)
    {
        Match match = EventId().Match(arguments);
        return match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
    }

    private static string ProjectOf(string path) =>
        RepositoryFiles.Under("", ".csproj")
            .Select(project => Path.GetDirectoryName(project)!.Replace('\\', '/'))
            .Where(folder => path.StartsWith(folder + "/", StringComparison.Ordinal))
            .MaxBy(folder => folder.Length) ?? "";

    [GeneratedRegex(@"\bLoggerMessage\(([^)]*)\)", RegexOptions.Singleline)]
    private static partial Regex Attribute();

    [GeneratedRegex(@"(?:^\s*|EventId\s*=\s*|eventId:\s*)(\d+)")]
    private static partial Regex EventId();
}

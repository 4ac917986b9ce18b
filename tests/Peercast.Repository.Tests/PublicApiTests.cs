using System.Reflection;

namespace Peercast.Repository.Tests;

public sealed class PublicApiTests
{
    private const string Folder = "tests/Peercast.Repository.Tests/PublicApi";
    private const string UpdateVariable = "PEERCAST_UPDATE_API";

    [Theory]
    [InlineData("Peercast.Protocol")]
    [InlineData("Peercast.WebRtc")]
    [InlineData("Peercast.Origin")]
    public void PublicApi_OfAssembly_IsTheOneAgreedOn(string assembly)
    {
        string file = Path.Combine(RepositoryFiles.Root, Folder, assembly + ".txt");
        string actual = PublicApiText.Of(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(file, actual);
        }

        string[] agreed = File.Exists(file) ? File.ReadAllLines(file) : [];
        string[] now = actual.Split('\n', StringSplitOptions.None)[..^1];

        Assert.True(
            agreed.SequenceEqual(now),
            $"""
            The public API of {assembly} is not the one in {Folder}/{assembly}.txt.
            Gone:
            {string.Join('\n', agreed.Except(now).Select(line => "  - " + line))}
            New:
            {string.Join('\n', now.Except(agreed).Select(line => "  + " + line))}
            If that is wanted, write it down and commit it:
              {UpdateVariable}=1 dotnet test tests/Peercast.Repository.Tests -c Release --filter PublicApi
            """);
    }
}

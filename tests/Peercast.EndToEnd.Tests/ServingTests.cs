namespace Peercast.EndToEnd.Tests;

/// <summary><c>serve</c> as another player finds it.</summary>
[Collection(SharedOrigin.Tests)]
public sealed class ServingTests(SharedOrigin shared)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Serve_ReadByFfmpeg_GivesWholeMediaAtBothAddresses()
    {
        await using RunningProgram serve = RunningProgram.Player(["serve", shared.Link, "--port", "0"]);
        await Audience.UntilAsync(() => Address(serve, "HLS") is not null || !serve.IsRunning, Limit, "the addresses are printed");

        // Decodes: a part that is missing or damaged would be an error.
        await Task.WhenAll(new[] { "MP4", "HLS" }.Select(kind => RunningProgram.RunAsync(
            "ffmpeg", ["-v", "error", "-i", Address(serve, kind)!, "-t", "6", "-f", "null", "-"], Limit)));

        Assert.True(serve.IsRunning, serve.ToString());
        Assert.Equal([], serve.Errors);
    }

    private static string? Address(RunningProgram serve, string kind) =>
        serve.Output.FirstOrDefault(line => line.StartsWith(kind + " http", StringComparison.Ordinal))?[(kind.Length + 1)..].Trim();
}

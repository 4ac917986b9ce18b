using Peercast.Player.CommandLine;
using Peercast.Player.Commands;
using Peercast.Player.Session;
using Spectre.Console;

namespace Peercast.EndToEnd.Tests;

/// <summary><c>record</c> among other viewers.</summary>
[Collection(SharedOrigin.Tests)]
public sealed class RecordingTests(SharedOrigin shared) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peercast-record-").FullName;

    [Fact]
    public async Task Record_WhileOthersShare_HasTheSourcesFramesAndSomeOfThemFromNeighbors()
    {
        string file = Path.Combine(_folder, "out.mp4");
        await using var audience = new Audience(shared.Link);
        CollectingOutput[] outputs = [.. Enumerable.Range(0, 6).Select(_ => audience.Add().Output)];
        await Audience.UntilAsync(() => outputs.All(output => output.Chunks > 20), TimeSpan.FromSeconds(60), "6 viewers play");

        ViewerSession? recording = null;
        using var error = new StringWriter();
        int code = await PlayerCommandLine.RunAsync(
            ["record", shared.Link, "--seconds", "12", "--output", file],
            new CommandContext
            {
                CreateSession = (request, output) => recording = new ViewerSession(request, output, WebRtcConnections.Create),
                RunBench = (_, _) => throw new NotSupportedException(),
                Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }),
                Error = error,
            }).WaitAsync(TimeSpan.FromSeconds(90));

        Assert.Equal("", error.ToString());
        Assert.Equal(0, code);
        string source = RepositoryFiles.Sample("h264-aac-720p.mp4");
        string[] pictures = await FrameHashes.OfAsync(file, "v:0");
        Assert.InRange(pictures.Length, 12 * 30, 14 * 30);
        Assert.True(FrameHashes.IsRunOf(pictures, await FrameHashes.OfAsync(source, "v:0")), "the pictures are a run of the source's");
        Assert.True(FrameHashes.IsRunOf(await FrameHashes.OfAsync(file, "a:0"), await FrameHashes.OfAsync(source, "a:0")), "so is the sound");
        Assert.InRange(recording!.GetStatistics()!.NeighborBytes, 1, long.MaxValue);
        Assert.All(outputs, output => Assert.Empty(output.Faults));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

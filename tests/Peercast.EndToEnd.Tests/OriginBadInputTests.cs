using System.Net.Http.Json;
using System.Text.Json;

namespace Peercast.EndToEnd.Tests;

/// <summary>What a broadcaster can get wrong, typed as a broadcaster types it.</summary>
public sealed class OriginBadInputTests : IDisposable
{
    /// <summary>Chunks of 9 s: truncated.mp4 has 7 s of media, then it is played from its start again.</summary>
    private const int BeyondTheCut = 45;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("peercast-bad-origin-").FullName;
    private readonly TakenPort _taken = new();

    /// <summary>In a command line, $TAKEN is a port in use, $FOLDER a folder; ports and data folder are free ones where the line says nothing.</summary>
    [Theory]
    [InlineData("--Peercast:HttpPort=$TAKEN", "in use", "--Peercast:HttpPort")]
    [InlineData("--urls=http://127.0.0.1:$TAKEN", "in use", "--urls")]
    [InlineData("--Peercast:RtmpPort=$TAKEN", "taken", "Peercast:RtmpPort")]
    [InlineData("--Peercast:StunPort=$TAKEN", "taken", "Peercast:StunPort")]
    [InlineData("--Peercast:Listen=192.0.2.1", "HTTP port", "Peercast:Listen")]
    [InlineData("--Peercast:Listen=everywhere", "everywhere", "Peercast:Listen")]
    [InlineData("--Peercast:HttpPort=99999", "99999", "Peercast:HttpPort")]
    [InlineData("--Peercast:HttpPort=many", "many", "Peercast:HttpPort")]
    [InlineData("--Peercast:Ffmpeg=/nonexistent/ffmpeg", "ffmpeg was not found", "Install")]
    [InlineData("--Peercast:DataFolder=/dev/null/x", "/dev/null/x", "Peercast:DataFolder")]
    [InlineData("--Peercast:Channels:demo:File=$FOLDER/none.mp4", "does not exist", "Peercast:Channels:demo:File")]
    [InlineData("--Peercast:Channels:../demo:Title=x", "../demo", "letters")]
    public async Task Origin_BadInput_EndsWithOneClearLine(string argument, params string[] words)
    {
        string filled = argument.Replace("$TAKEN", _taken.Number, StringComparison.Ordinal).Replace("$FOLDER", _folder, StringComparison.Ordinal);

        await OneClearLine.IsLeftByAsync(Start(null, "--Peercast:Channels:demo:Title=Demo", filled), 1, words);
    }

    [Fact]
    public async Task Origin_FfmpegNotInPath_EndsWithOneClearLine()
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { } path ? Path.GetDirectoryName(path)! : _folder;

        await OneClearLine.IsLeftByAsync(
            Start(new Dictionary<string, string?> { ["PATH"] = host }, "--Peercast:Channels:demo:Title=Demo"), 1, "ffmpeg was not found", "Install");
    }

    [Fact]
    public async Task Origin_FilesThatAreNoVideo_LeaveTheOtherChannelsAlone()
    {
        string[] bad = ["empty", "not-video", "truncated-no-index"];
        string[] playable = ["h264-noaudio", "truncated"];
        string port;
        using (var free = new TakenPort())
        {
            port = free.Number;
        }

        await using RunningProgram origin = Start(
            null,
            [
                "--Peercast:HttpPort=" + port,
                .. bad.Concat(playable).SelectMany(Channel),
            ]);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = Limit };
        await Audience.UntilAsync(() => LinesOf(origin, bad).All(lines => lines.Length > 0) || !origin.IsRunning, Limit, "each bad file is named in the log");
        long[] edges = [];
        for (int attempt = 0; attempt < 120 && !Array.TrueForAll(edges = await LiveEdgesAsync(http, playable), edge => edge > BeyondTheCut); attempt++)
        {
            await Task.Delay(300);
        }

        Assert.True(Array.TrueForAll(edges, edge => edge > BeyondTheCut), $"the other channels play: {string.Join(' ', edges)} {origin}");
        Assert.All(LinesOf(origin, bad), lines => Assert.Single(lines));
        Assert.True(origin.IsRunning);
        Assert.Equal([], origin.Errors);
        Assert.DoesNotContain(origin.Output, line => line.Contains("Exception", StringComparison.Ordinal) || line.StartsWith("   at ", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _taken.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string[] Channel(string name) =>
        [$"--Peercast:Channels:{name}:File={RepositoryFiles.Sample(name + ".mp4")}", $"--Peercast:Channels:{name}:Loop=true"];

    private static IEnumerable<string[]> LinesOf(RunningProgram origin, string[] channels) => channels.Select(
        name => origin.Output.Where(line => line.Contains("WRN", StringComparison.Ordinal) && line.Contains($"Channel {name}:", StringComparison.Ordinal)).ToArray());

    private static Task<long[]> LiveEdgesAsync(HttpClient http, IEnumerable<string> channels) =>
        Task.WhenAll(channels.Select(name => LiveEdgeAsync(http, name)));

    private static async Task<long> LiveEdgeAsync(HttpClient http, string channel)
    {
        JsonElement descriptor = await http.GetFromJsonAsync<JsonElement>(new Uri("api/channels/" + channel, UriKind.Relative));
        return descriptor.GetProperty("renditions")[0].GetProperty("liveEdge").GetInt64();
    }

    private RunningProgram Start(IReadOnlyDictionary<string, string?>? environment, params string[] arguments) => RunningProgram.Origin(
        ["--Peercast:DataFolder=" + Path.Combine(_folder, "data"), "--Peercast:HttpPort=0", "--Peercast:RtmpPort=0", "--Peercast:StunPort=0", .. arguments],
        environment);
}

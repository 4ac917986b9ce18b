using System.Net;
using Peercast.Player;

namespace Peercast.EndToEnd.Tests;

/// <summary>What a viewer can get wrong, typed as a viewer types it.</summary>
[Collection(SharedOrigin.Tests)]
public sealed class PlayerBadInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peercast-bad-input-").FullName;
    private readonly TakenPort _taken = new();
    private readonly string _demo;
    private readonly string _origin;

    public PlayerBadInputTests(SharedOrigin shared)
    {
        _demo = shared.Link;
        _origin = shared.Origin.Address.ToString();
        File.WriteAllText(Path.Combine(_folder, "there.mp4"), "something dear");
    }

    /// <summary>In a command line, $ORIGIN is the origin's address, $DEMO a link, $TAKEN a port in use, $FOLDER a folder with the file there.mp4.</summary>
    [Theory]
    [InlineData("record $ORIGINwatch/nobody -o $FOLDER/a.mp4", (int)ExitCode.UnknownChannel, "no channel \"nobody\"", "open")]
    [InlineData("seed $ORIGINwatch/nobody", (int)ExitCode.UnknownChannel, "no channel \"nobody\"", "open")]
    [InlineData("serve $ORIGINwatch/nobody --port 0", (int)ExitCode.UnknownChannel, "no channel \"nobody\"", "open")]
    [InlineData("bench $ORIGINwatch/nobody --peers 2 --seconds 2", (int)ExitCode.UnknownChannel, "no channel \"nobody\"", "open")]
    [InlineData("record http://127.0.0.1:1/watch/demo -o $FOLDER/a.mp4", (int)ExitCode.OriginUnreachable, "cannot be reached", "running")]
    [InlineData("bench http://127.0.0.1:1/watch/demo", (int)ExitCode.OriginUnreachable, "cannot be reached", "running")]
    [InlineData("seed http://nowhere.invalid/watch/demo", (int)ExitCode.OriginUnreachable, "cannot be reached", "link")]
    [InlineData("seed $ORIGINsome/page", (int)ExitCode.UnknownChannel, "no watch link", "for example")]
    [InlineData("bench demo", (int)ExitCode.UnknownChannel, "no watch link", "for example")]
    [InlineData("seed $ORIGINwatch/demo#k=00ff", (int)ExitCode.UnknownChannel, "64 hexadecimal digits", "copied")]
    [InlineData("seed $ORIGINwatch/demo#k=$WRONGKEY", (int)ExitCode.Untrusted, "key", "link")]
    [InlineData("record $ORIGINwatch/demo#k=$WRONGKEY -o $FOLDER/a.mp4", (int)ExitCode.Untrusted, "key", "link")]
    [InlineData("bench $ORIGINwatch/demo#k=$WRONGKEY --peers 2 --seconds 2", (int)ExitCode.Untrusted, "key", "link")]
    [InlineData("seed $DEMO --rendition 8k", (int)ExitCode.UnknownChannel, "no rendition \"8k\"", "it has")]
    [InlineData("serve $DEMO --port $TAKEN", (int)ExitCode.LocalResource, "taken", "--port")]
    [InlineData("record $DEMO -o /dev/null/a.mp4", (int)ExitCode.LocalResource, "/dev/null", "--output")]
    [InlineData("record $DEMO -o $FOLDER/none/a.mp4", (int)ExitCode.LocalResource, "does not exist", "--output")]
    [InlineData("record $DEMO -o $FOLDER/there.mp4", (int)ExitCode.LocalResource, "exists", "--force")]
    [InlineData("record $DEMO -o $FOLDER", (int)ExitCode.LocalResource, "is a folder", "--output")]
    [InlineData("bench $DEMO --json /dev/null/a.json", (int)ExitCode.LocalResource, "/dev/null", "--json")]
    [InlineData("record $DEMO", (int)ExitCode.Usage, "--output", "--help")]
    [InlineData("wach $DEMO", (int)ExitCode.Usage, "wach", "--help")]
    public async Task Player_BadInput_EndsWithOneClearLine(string line, int code, params string[] words)
    {
        string[] arguments = [.. line.Split(' ').Select(Fill)];

        await OneClearLine.IsLeftByAsync(RunningProgram.Player(arguments), code, words);

        Assert.Equal(["there.mp4"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
        Assert.Equal("something dear", await File.ReadAllTextAsync(Path.Combine(_folder, "there.mp4")));
    }

    [Theory]
    [InlineData("libvlc.so.5", "libvlc 3 is not installed", "apt install")]
    [InlineData("libSDL2-2.0.so.0", "SDL 2 is not installed", "apt install")]
    public async Task Watch_LibraryMissing_EndsWithOneClearLine(string library, params string[] words)
    {
        // The system's own cannot be taken away; one that is found first and holds nothing cannot be loaded either.
        await File.WriteAllBytesAsync(Path.Combine(_folder, library), []);

        await OneClearLine.IsLeftByAsync(
            RunningProgram.Player(["watch", _demo], new Dictionary<string, string?> { ["LD_LIBRARY_PATH"] = _folder }), (int)ExitCode.MissingDependency, words);
    }

    [Fact]
    public async Task Watch_NoDisplay_EndsWithOneClearLine()
    {
        var environment = new Dictionary<string, string?> { ["DISPLAY"] = null, ["WAYLAND_DISPLAY"] = null, ["SDL_VIDEODRIVER"] = null };

        await OneClearLine.IsLeftByAsync(RunningProgram.Player(["watch", _demo], environment), (int)ExitCode.MissingDependency, "display", "peercast serve");
    }

    [Fact]
    public async Task Watch_UnknownChannel_EndsWithOneClearLine()
    {
        await using VirtualScreen screen = await VirtualScreen.StartAsync();

        await OneClearLine.IsLeftByAsync(RunningProgram.Player(["watch", _origin + "watch/nobody"], screen.Environment), (int)ExitCode.UnknownChannel, "no channel");
    }

    [Fact]
    public async Task Player_LinkToAnotherServer_EndsWithOneClearLine()
    {
        using var listener = new HttpListener();
        string address = $"http://127.0.0.1:{FreePort()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        Task answering = AnswerAsync(listener);

        await OneClearLine.IsLeftByAsync(RunningProgram.Player(["seed", address + "watch/demo"]), (int)ExitCode.OriginUnreachable, "not as a Peercast origin", "link");

        listener.Stop();
        await answering;
    }

    public void Dispose()
    {
        _taken.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task AnswerAsync(HttpListener listener)
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await listener.GetContextAsync();
                context.Response.Close("<html>A page of somebody else.</html>"u8.ToArray(), willBlock: false);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private static string FreePort()
    {
        using var port = new TakenPort();
        return port.Number;
    }

    private string Fill(string argument) => argument
        .Replace("$ORIGIN", _origin, StringComparison.Ordinal)
        .Replace("$DEMO", _demo, StringComparison.Ordinal)
        .Replace("$TAKEN", _taken.Number, StringComparison.Ordinal)
        .Replace("$WRONGKEY", new string('a', 64), StringComparison.Ordinal)
        .Replace("$FOLDER", _folder, StringComparison.Ordinal);
}

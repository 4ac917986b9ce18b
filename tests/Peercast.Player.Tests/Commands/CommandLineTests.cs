using Peercast.Player.CommandLine;
using Peercast.Player.Commands;
using Peercast.Player.Playback;
using Peercast.Player.Tests.Support;
using Spectre.Console;

namespace Peercast.Player.Tests.Commands;

public sealed class CommandLineTests
{
    private const string Link = "http://127.0.0.1:8080/watch/demo";
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private BenchOptions? _bench;
    private ViewerRequest? _request;
    private Exception? _failure;
    private Action? _onSession;

    [Theory]
    [InlineData("")]
    [InlineData("fly")]
    [InlineData("watch")]
    [InlineData("record http://x/watch/y")]
    [InlineData("record http://x/watch/y --output a.mp4 --seconds soon")]
    [InlineData("record http://x/watch/y --output a.mp4 --seconds 0")]
    [InlineData("serve http://x/watch/y --port 70000")]
    [InlineData("serve http://x/watch/y --port web")]
    [InlineData("seed http://x/watch/y --upload-limit fast")]
    [InlineData("seed http://x/watch/y --upload-limit -1")]
    [InlineData("watch http://x/watch/y --latency 0")]
    [InlineData("bench http://x/watch/y --peers 0")]
    [InlineData("bench http://x/watch/y --upload-limit 1M")]
    public async Task RunAsync_WrongCommandLine_IsOneLineThatPointsToHelp(string line)
    {
        Assert.Equal((int)ExitCode.Usage, await RunAsync(line));

        var error = _error.ToString();
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains("--help", error, StringComparison.Ordinal);
        Assert.Equal("", _output.ToString());
    }

    [Theory]
    [InlineData("--help", "watch", "record", "serve", "seed", "bench", "Exit codes")]
    [InlineData("watch --help", "--upload-limit", "--latency", "--no-p2p", "--no-port-mapping", "--rendition", "--verbose", "full screen")]
    [InlineData("record --help", "--output", "--seconds", "--force")]
    [InlineData("serve --help", "--port")]
    [InlineData("bench --help", "--peers", "--seconds", "--json", "--no-p2p", "--uplink", "--downlink", "--join-spacing")]
    public async Task RunAsync_Help_NamesEveryOption(string line, params string[] expected)
    {
        Assert.Equal(0, await RunAsync(line));

        Assert.All(expected, e => Assert.Contains(e, _output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_Bench_PassesEveryOption()
    {
        Assert.Equal(0, await RunAsync(
            $"bench {Link} --peers 16 --seconds 30 --json r.json --samples s.jsonl --no-p2p --uplink 2.5M --downlink 800k --join-spacing 0.25 --latency 4 --rendition main --verbose"));

        Assert.Equal(
            new BenchOptions
            {
                Link = Link,
                Peers = 16,
                Duration = TimeSpan.FromSeconds(30),
                JsonPath = "r.json",
                SamplesPath = "s.jsonl",
                PeerToPeer = false,
                Uplink = 2_500_000,
                Downlink = 800_000,
                JoinSpacing = TimeSpan.FromMilliseconds(250),
                Latency = TimeSpan.FromSeconds(4),
                Rendition = "main",
                Verbose = true,
            },
            _bench);
    }

    [Fact]
    public async Task RunAsync_BenchWithoutOptions_HasTheDefaults()
    {
        Assert.Equal(0, await RunAsync($"bench {Link}"));

        Assert.Equal(new BenchOptions { Link = Link }, _bench);
    }

    [Fact]
    public async Task RunAsync_Seed_PassesEveryOption()
    {
        _failure = new PlayerException(ExitCode.UnknownChannel, "There is no channel \"demo\".");

        Assert.Equal((int)ExitCode.UnknownChannel, await RunAsync($"seed {Link} --upload-limit 2M --latency 2.5 --rendition low"));

        Assert.Equal(
            new ViewerRequest
            {
                Link = Link, UploadLimit = 2_000_000, Latency = TimeSpan.FromSeconds(2.5), Rendition = "low", Playback = false, MapPorts = true,
            },
            _request);
        Assert.Equal("There is no channel \"demo\".", _error.ToString().Trim());
    }

    [Fact]
    public async Task RunAsync_UnforeseenFailure_IsOneLineWithoutAStack()
    {
        _failure = new InvalidOperationException("Out of cheese.");

        Assert.Equal((int)ExitCode.Failed, await RunAsync($"seed {Link}"));

        Assert.Single(_error.ToString().TrimEnd().Split('\n'));
        Assert.Contains("Out of cheese.", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Record_FinishesTheFileAtItsLimit()
    {
        var folder = Directory.CreateTempSubdirectory("peercast-command-").FullName;
        try
        {
            var path = Path.Combine(folder, "out.mp4");
            Assert.Equal(0, await RunAsync($"record {Link} --seconds 2 --output {path}"));

            Assert.Equal([path], Directory.GetFiles(folder));
            Assert.Contains(path, _output.ToString().ReplaceLineEndings(""), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task RunAsync_RecordCanceled_FinishesWhatThereIs()
    {
        var folder = Directory.CreateTempSubdirectory("peercast-command-").FullName;
        try
        {
            var path = Path.Combine(folder, "out.mp4");
            using var cancel = new CancellationTokenSource();
            var run = RunAsync($"record {Link} --output {path}", cancel.Token, onDelivered: cancel.Cancel);

            Assert.Equal(0, await run.WaitAsync(TimeSpan.FromSeconds(60)));
            Assert.Equal([path], Directory.GetFiles(folder));
            Assert.NotEmpty(Ffmpeg.FrameHashes(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task RunAsync_RecordOnAFullDisk_SaysThatRecordingStopped()
    {
        var folder = Directory.CreateTempSubdirectory("peercast-command-").FullName;
        try
        {
            var path = Path.Combine(folder, "out.mp4");
            _onSession = () => File.CreateSymbolicLink(path + ".part", "/dev/full");
            Assert.Equal((int)ExitCode.LocalResource, await RunAsync($"record {Link} --output {path}", onDelivered: () => { }).WaitAsync(TimeSpan.FromSeconds(60)));

            Assert.StartsWith("Recording stopped", _error.ToString(), StringComparison.Ordinal);
            Assert.Single(_error.ToString().TrimEnd().Split('\n'));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> RunAsync(string line, CancellationToken ct = default, Action? onDelivered = null)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(_output),
        });
        var context = new CommandContext
        {
            CreateSession = (request, output) =>
            {
                _request = request;
                if (_failure is not null)
                    throw _failure;
                _onSession?.Invoke();
                // Everything comes at once: nothing here waits for a clock.
                return new FileSession(new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4")), output, TimeSpan.FromHours(1), end: onDelivered is null, onDelivered);
            },
            RunBench = (options, _) =>
            {
                _bench = options;
                return Task.FromResult(ExitCode.Success);
            },
            Console = console,
            Error = _error,
        };
        return await PlayerCommandLine.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), context, ct);
    }
}

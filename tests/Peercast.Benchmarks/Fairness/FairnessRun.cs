using System.Diagnostics;
using Peercast.Benchmarks.Ends;
using Peercast.Benchmarks.Measures;
using Peercast.Benchmarks.Paths;

namespace Peercast.Benchmarks.Fairness;

/// <summary>
/// One bottleneck and two flows: the first is there all the time but the last fifth, the second comes after a fifth and stays.
/// </summary>
/// <param name="congestionControl">That of our flows.</param>
/// <param name="firstIsTcp">Whether the first is TCP, or one of ours as well.</param>
/// <param name="duration">Of it all.</param>
internal sealed class FairnessRun(string congestionControl, bool firstIsTcp, TimeSpan duration) : IAsyncDisposable
{
    private const double MegabitsPerSecond = 50;
    private const double Mega = 1e6;
    private const int MessageLength = 16 * 1024;
    private const int TcpPort = 5001;
    private const string FirstAddress = "10.201.1.1";
    private const string SecondAddress = "10.201.2.1";
    private static readonly TimeSpan Bin = TimeSpan.FromSeconds(0.5);

    private readonly List<PeerEnd> _ends = [];
    private readonly List<Process> _processes = [];
    private NetworkNamespace? _near;
    private NetworkNamespace? _far;
    private Router? _router;

    private string Title => $"{(firstIsTcp ? "TCP CUBIC" : "ours")}, then ours ({congestionControl}) beside it";

    /// <summary>Runs it.</summary>
    public async Task<FairnessResult> RunAsync(CancellationToken cancellation)
    {
        string suffix = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        (string First, string Second) devices = ($"pcn{suffix}", $"pcf{suffix}");
        var bottleneck = new PathProfile("bottleneck", TimeSpan.FromMilliseconds(40), BytesPerSecond: MegabitsPerSecond * Mega / 8, QueueBytes: 250_000);
        _router = new Router(bottleneck, devices, Bin);
        _near = new NetworkNamespace($"peercast-near-{suffix}", devices.First, FirstAddress);
        _far = new NetworkNamespace($"peercast-far-{suffix}", devices.Second, SecondAddress);

        // Everything but the sending is done before the clock starts.
        int firstPort = TcpPort;
        Func<Task> startFirst, stopFirst;
        if (firstIsTcp)
        {
            Start(_far, ["tcp-sink", SecondAddress, $"{TcpPort}"]);
            Process? source = null;
            startFirst = () =>
            {
                source = Start(_near, ["tcp-source", SecondAddress, $"{TcpPort}"]);
                return Task.CompletedTask;
            };
            stopFirst = () =>
            {
                source!.Kill(entireProcessTree: true);
                return Task.CompletedTask;
            };
        }
        else
        {
            (PeerEnd sender, firstPort) = await ConnectAsync();
            startFirst = () => sender.SendAsync("link", MessageLength);
            stopFirst = () => sender.CloseAsync("link");
        }

        (PeerEnd second, int secondPort) = await ConnectAsync();
        TimeSpan begin = _router.Now;
        await startFirst();
        await Task.Delay(duration * 0.2, cancellation);
        await second.SendAsync("link", MessageLength);
        await Task.Delay(duration * 0.5, cancellation);
        await stopFirst();
        await Task.Delay(duration * 0.2, cancellation);
        int skipped = (int)(begin / Bin);
        return new FairnessResult(
            new Plot.Chart(
                Title, Bin.TotalSeconds, MegabitsPerSecond,
                [(firstIsTcp ? "TCP CUBIC" : "ours, first", Rates(firstPort)), (firstIsTcp ? $"ours ({congestionControl})" : "ours, second", Rates(secondPort))]),

            // The first seconds together are the newcomer's start; what counts is how they live beside each other.
            Mean(firstPort, 0.35, 0.7), Mean(secondPort, 0.35, 0.7), Mean(secondPort, 0.75, 0.9));

        double[] Rates(int port) => [.. _router.RatesTo(port).Skip(skipped).Take((int)(duration * 0.9 / Bin)).Select(rate => rate / Mega)];

        double Mean(int port, double from, double to) => Rates(port).Skip((int)(duration * from / Bin)).Take((int)(duration * (to - from) / Bin)).Average();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PeerEnd end in _ends)
        {
            await end.DisposeAsync();
        }

        foreach (Process process in _processes)
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
        }

        _router?.Dispose();
        _near?.Dispose();
        _far?.Dispose();
    }

    private async Task<(PeerEnd Sender, int Port)> ConnectAsync()
    {
        PeerEnd sender = NewEnd(_near!, FirstAddress), receiver = NewEnd(_far!, SecondAddress);
        string answer = await receiver.AnswerAsync("link", await sender.OfferAsync("link"));
        await sender.AcceptAsync("link", answer);
        await Task.WhenAll(sender.OpenedAsync("link"), receiver.OpenedAsync("link"));
        return (sender, SdpCandidates.First(answer).Port);
    }

    private ProcessEnd NewEnd(NetworkNamespace network, string address)
    {
        var end = new ProcessEnd(network.Command(EndPool.OwnCommand(["peer", "--address", address, "--congestion", congestionControl])));
        _ends.Add(end);
        return end;
    }

    private Process Start(NetworkNamespace network, IEnumerable<string> arguments)
    {
        Process process = Process.Start(network.Command(EndPool.OwnCommand(arguments)))!;
        _processes.Add(process);
        return process;
    }
}

/// <summary>What came of a run, in Mbit/s.</summary>
/// <param name="Chart">Over time.</param>
/// <param name="First">The first flow while both were there.</param>
/// <param name="Second">The second one then.</param>
/// <param name="SecondAlone">The second one after the first had ended.</param>
internal sealed record FairnessResult(Plot.Chart Chart, double First, double Second, double SecondAlone);

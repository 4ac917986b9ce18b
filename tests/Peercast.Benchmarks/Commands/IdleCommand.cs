using System.CommandLine;
using System.Diagnostics;
using Peercast.Benchmarks.Ends;

namespace Peercast.Benchmarks.Commands;

/// <summary><c>idle</c>: what many connections cost that carry nothing: memory, threads, processor time.</summary>
internal static class IdleCommand
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(6);

    public static Command Create()
    {
        var connections = new Option<int>("--connections") { Description = "How many, in one process.", DefaultValueFactory = _ => 1000 };
        var seconds = new Option<double>("--seconds") { Description = "How long they are looked at.", DefaultValueFactory = _ => 10 };
        var command = new Command("idle", "Memory, threads and CPU of idle connections of one process.") { connections, seconds };
        command.SetAction((arguments, cancellation) =>
            RunAsync(arguments.GetValue(connections), TimeSpan.FromSeconds(arguments.GetValue(seconds)), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int connections, TimeSpan duration, CancellationToken cancellation)
    {
        await using ProcessEnd hub = EndPool.StartOurs(["--address", "127.0.0.1"]);

        // Two sockets hold one connection with each other, so the other side needs one for each.
        await using ProcessEnd crowd = EndPool.StartOurs(["--address", "127.0.0.1", "--factory-each"]);
        await ConnectAsync(hub, crowd, "first");
        await hub.CollectAsync();
        (long emptyBytes, _) = ProcessTree.Size(hub.ProcessId);
        for (int i = 0; i < connections; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            await ConnectAsync(hub, crowd, $"link {i}");
        }

        await Task.Delay(Settling, cancellation);
        double cpuBefore = ProcessTree.CpuSeconds(hub.ProcessId);
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(duration, cancellation);
        double cores = (ProcessTree.CpuSeconds(hub.ProcessId) - cpuBefore) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        await hub.CollectAsync();
        (long bytes, int threads) = ProcessTree.Size(hub.ProcessId);
        Console.WriteLine($"{connections} idle connections of one process: {(bytes - emptyBytes) / 1024.0 / connections:F1} KiB each, {threads} threads, {cores:P1} of a core");
        return 0;
    }

    private static async Task ConnectAsync(PeerEnd hub, PeerEnd crowd, string link)
    {
        string answer = await crowd.AnswerAsync(link, await hub.OfferAsync(link));
        await hub.AcceptAsync(link, answer);
        await Task.WhenAll(hub.OpenedAsync(link), crowd.OpenedAsync(link));
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;

namespace Peercast.EndToEnd.Tests;

/// <summary>A program as a user starts it, with what it has written so far; killed when the test lets go of it.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private RunningProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Keep(_output, e.Data);
        process.ErrorDataReceived += (_, e) => Keep(_errors, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Lines on standard output.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>Lines on standard error.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it still runs.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts <c>peercast</c>.</summary>
    public static RunningProgram Player(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        Start(Host, [Path.Combine(AppContext.BaseDirectory, "peercast.dll"), .. arguments], environment);

    /// <summary>Starts <c>peercast-origin</c>.</summary>
    public static RunningProgram Origin(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        Start(Host, [Path.Combine(AppContext.BaseDirectory, "peercast-origin.dll"), .. arguments], environment);

    /// <summary>Starts any program.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments, one by one.</param>
    /// <param name="environment">Variables that differ from this process's; <see langword="null"/> takes one away.</param>
    public static RunningProgram Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return new RunningProgram(process);
    }

    /// <summary>Runs a program to its end, which must be a good one: exit code 0 and nothing on standard error.</summary>
    public static async Task<IReadOnlyCollection<string>> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan atMost)
    {
        await using RunningProgram running = Start(program, arguments);
        int code = await running.EndAsync(atMost);
        Assert.Equal([], running.Errors);
        Assert.Equal(0, code);
        return running.Output;
    }

    /// <summary>Waits, within bounds, for its end and the last of its output; its exit code.</summary>
    public async Task<int> EndAsync(TimeSpan atMost)
    {
        using var bound = new CancellationTokenSource(atMost);
        try
        {
            await _process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{this} did not end within {atMost.TotalSeconds} s.");
        }

        return _process.ExitCode;
    }

    /// <summary>Ends it as a power failure would: nothing in it runs any more.</summary>
    public void Kill() => _process.Kill();

    /// <summary>The command line and what it wrote, for the message of a failed test.</summary>
    public override string ToString() =>
        string.Join('\n', [$"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)}", .. _output, .. _errors]);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            lines.Enqueue(line);
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Peercast.Benchmarks.Ends;

/// <summary>An end in a child process that speaks lines of JSON.</summary>
internal sealed class ProcessEnd : PeerEnd
{
    private const int KeptErrors = 4000;

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _waiting = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly StringBuilder _errors = new();
    private int _lastId;

    public ProcessEnd(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => KeepError(line.Data);
        _process.BeginErrorReadLine();
        _ = ReadAsync();
    }

    public override int ProcessId => _process.Id;

    public override async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(3));
        }
        catch (Exception failure) when (failure is TimeoutException or IOException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _writing.Dispose();
    }

    protected override async Task<JsonNode> CallAsync(string what, string link, JsonObject? arguments = null)
    {
        JsonObject request = arguments ?? [];
        int id = Interlocked.Increment(ref _lastId);
        request["id"] = id;
        request["do"] = what;
        request["link"] = link;
        var answered = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answered;
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(request.ToJsonString());
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }

        JsonNode answer = await answered.Task.WaitAsync(Patience);
        return answer["error"] is { } error ? throw new InvalidOperationException($"{what}: {error}") : answer;
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            // A library may print something of its own in between.
            if (line.StartsWith('{') && JsonNode.Parse(line) is { } answer && _waiting.TryRemove((int)answer["id"]!, out var waiting))
            {
                waiting.TrySetResult(answer);
            }
        }

        string errors;
        lock (_errors)
        {
            errors = _errors.ToString();
        }

        foreach (TaskCompletionSource<JsonNode> waiting in _waiting.Values)
        {
            waiting.TrySetException(new InvalidOperationException($"The process has ended. {errors}"));
        }
    }

    private void KeepError(string? line)
    {
        lock (_errors)
        {
            if (line is not null && _errors.Length < KeptErrors)
            {
                _errors.AppendLine(line);
            }
        }
    }
}

using System.ComponentModel;
using System.Diagnostics;

namespace Peercast.Origin.Ingest;

/// <summary>
/// One run of ffmpeg or ffprobe: standard input, output, and the last lines of what it complained about. Disposing kills
/// what still runs.
/// </summary>
internal sealed class FfmpegProcess : IAsyncDisposable
{
    private const int MaxLines = 20;
    private const int MaxLineLength = 400;

    private readonly Process _process;
    private readonly Queue<string> _lines = new();
    private readonly Task _errors;

    private int _disposed;

    private FfmpegProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        _errors = Task.Run(ReadErrorsAsync);
    }

    /// <summary>To the program.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>From the program.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>The operating system's number of the process.</summary>
    public int Id { get; }

    /// <summary>The last thing it said, without the address of the complaining object; empty when it said nothing.</summary>
    public string LastLine
    {
        get
        {
            lock (_lines)
            {
                string line = _lines.LastOrDefault(l => !l.StartsWith("Error opening input", StringComparison.Ordinal)) ?? "";
                int end = line.StartsWith('[') ? line.IndexOf("] ", StringComparison.Ordinal) : -1;
                return end > 0 ? line[(end + 2)..] : line;
            }
        }
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="IngestException">The program cannot be started.</exception>
    public static FfmpegProcess Start(string program, IReadOnlyList<string> arguments)
    {
        var info = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (string argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        try
        {
            return new FfmpegProcess(Process.Start(info)!);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new IngestException($"'{program}' cannot be started: {e.Message}", e);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <summary>Ends it now.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // It was faster.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Kill();

        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await _errors.ConfigureAwait(false);
        _process.Dispose();
    }

    private async Task ReadErrorsAsync()
    {
        try
        {
            while (await _process.StandardError.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                lock (_lines)
                {
                    if (_lines.Count == MaxLines)
                    {
                        _lines.Dequeue();
                    }

                    _lines.Enqueue(line.Length > MaxLineLength ? line[..MaxLineLength] : line);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The process is gone; so is what it had to say.
        }
    }
}

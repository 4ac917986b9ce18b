using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Peercast.Origin.Channels;
using Peercast.Origin.Media;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Ingest;

/// <summary>How one run of ffmpeg ended.</summary>
/// <param name="SourceEnded">The input came to its end and everything in it was taken.</param>
/// <param name="Parts">How many parts came out.</param>
/// <param name="Reason">Why it ended early, one line.</param>
internal sealed record RunOutcome(bool SourceEnded, long Parts, string Reason);

/// <summary>One run of ffmpeg into a channel, from start to end, stall or death.</summary>
/// <param name="channel">Where the parts go.</param>
/// <param name="pacer">Holds them back to real time; <see langword="null"/> to go as fast as possible.</param>
/// <param name="stall">How long it may be silent while it has input.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For ffmpeg's own complaints.</param>
internal sealed partial class FfmpegRun(Channel channel, Pacer? pacer, TimeSpan stall, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan ExitGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FeedGrace = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Exit codes from here on mean killed by a signal. A damaged file ends with a lower one, after all that could be read
    /// was read.
    /// </summary>
    private const int SignalCodes = 128;

    private readonly BoxSplitter _splitter = new();
    private long _parts;
    private long _lastOutput;

    /// <summary>Parts to leave out at the start: those a recorded channel already has from a run that died.</summary>
    public long Skip { get; init; }

    /// <summary>Runs it.</summary>
    /// <param name="program">Path of ffmpeg.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="source">Fed to standard input, or <see langword="null"/> where ffmpeg reads a file.</param>
    /// <param name="cancellation">Kills it.</param>
    public async Task<RunOutcome> RunAsync(
        string program, IReadOnlyList<string> arguments, IMediaSource? source, CancellationToken cancellation)
    {
        if (Skip == 0)
        {
            channel.Writer.BeginEpoch();
        }

        await using FfmpegProcess process = FfmpegProcess.Start(program, arguments);
        LogStarted(channel.Name, process.Id);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var input = new ObservedStream(process.Input, time);
        Task<bool> feed = source is null ? Task.FromResult(true) : FeedAsync(source, input, ended.Token);
        try
        {
            string reason = await ReadAsync(process, input, source is null, cancellation).ConfigureAwait(false);
            if (reason.Length > 0)
            {
                process.Kill();
            }

            int exit = await ExitAsync(process, cancellation).ConfigureAwait(false);
            bool over = reason.Length == 0 && (source is null
                ? exit == 0 || (exit is > 0 and < SignalCodes && _parts > 0)
                : await HasEndedAsync(feed).ConfigureAwait(false));
            await process.DisposeAsync().ConfigureAwait(false);
            string said = process.LastLine;
            string why = reason.Length > 0 ? reason : said.Length > 0 ? said : $"ffmpeg ended with code {exit}";
            LogEnded(channel.Name, process.Id, _parts, over, why);
            return new RunOutcome(over, _parts, why);
        }
        finally
        {
            process.Kill();
            await ended.CancelAsync().ConfigureAwait(false);
            await feed.ConfigureAwait(false);
            channel.Writer.EndEpoch();
        }
    }

    /// <summary>
    /// The source is over when its feeder says so, and that may be a moment after ffmpeg, which it told to finish, has
    /// finished. A source that is not over waits for its publisher, or found ffmpeg's input closed.
    /// </summary>
    private static async Task<bool> HasEndedAsync(Task<bool> feed) =>
        await Task.WhenAny(feed, Task.Delay(FeedGrace)).ConfigureAwait(false) == feed && await feed.ConfigureAwait(false);

    private static async Task<int> ExitAsync(FfmpegProcess process, CancellationToken cancellation)
    {
        using var grace = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        grace.CancelAfter(ExitGrace);
        try
        {
            return await process.WaitAsync(grace.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            process.Kill();
            return await process.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the source came to its end.</returns>
    private async Task<bool> FeedAsync(IMediaSource source, ObservedStream input, CancellationToken cancellation)
    {
        try
        {
            await source.CopyToAsync(input, cancellation).ConfigureAwait(false);
            return !input.Broken;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // ffmpeg is gone, or the ingest is being ended: the reader knows which.
            return false;
        }
        catch (Exception e)
        {
            LogSourceFailed(e, channel.Name);
            return true;
        }
        finally
        {
            await input.CloseAsync().ConfigureAwait(false);
        }
    }

    /// <returns>Empty at the end of the stream, or why reading was given up.</returns>
    private async Task<string> ReadAsync(FfmpegProcess process, ObservedStream input, bool isFile, CancellationToken cancellation)
    {
        PipeReader reader = PipeReader.Create(process.Output, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        try
        {
            _lastOutput = time.GetTimestamp();
            while (true)
            {
                if (await NextAsync(reader, input, isFile, cancellation).ConfigureAwait(false) is not { } result)
                {
                    return $"ffmpeg gave nothing for {stall.TotalSeconds:0} s";
                }

                ReadOnlySequence<byte> buffer = result.Buffer;
                while (true)
                {
                    SplitResult split = _splitter.TryRead(ref buffer, out Part? part);
                    if (split == SplitResult.Failed)
                    {
                        return $"ffmpeg's output cannot be read ({_splitter.Error})";
                    }

                    if (split == SplitResult.NeedMore)
                    {
                        break;
                    }

                    if (part is not null && ++_parts > Skip)
                    {
                        await WriteAsync(part, cancellation).ConfigureAwait(false);
                    }
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                {
                    return "";
                }
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async Task<ReadResult?> NextAsync(PipeReader reader, ObservedStream input, bool isFile, CancellationToken cancellation)
    {
        Task<ReadResult> read = reader.ReadAsync(cancellation).AsTask();
        while (true)
        {
            try
            {
                ReadResult result = await read.WaitAsync(stall, time, cancellation).ConfigureAwait(false);
                _lastOutput = time.GetTimestamp();
                return result;
            }
            catch (TimeoutException)
            {
                // Silence is only a fault where there was something to work on: a publisher may pause.
                if (isFile || input.IsBusySince(_lastOutput))
                {
                    reader.CancelPendingRead();
                    return null;
                }
            }
        }
    }

    private async Task WriteAsync(Part part, CancellationToken cancellation)
    {
        if (pacer is not null && channel.Writer.Preview(part) is { } end)
        {
            TimeSpan wait = pacer.Delay(time.GetElapsedTime(0), end);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
            }
        }

        channel.Writer.Write(part);
        channel.State = ChannelState.Live;
        channel.Fault = null;
    }
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Peercast.Origin.Channels;

namespace Peercast.Origin.Ingest;

/// <summary>Plays the files of all channels that have some, each channel on its own.</summary>
internal sealed partial class FileChannels(
    ChannelRegistry channels, ChannelIngestFactory ingests, TimeProvider time, ILogger<FileChannels> logger) : BackgroundService
{
    /// <summary>After a round in which no file could be played.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(channels.All.Where(c => c.Options.File is { Length: > 0 }).Select(c => Task.Run(() => PlayAsync(c, stoppingToken), stoppingToken)));

    private async Task PlayAsync(Channel channel, CancellationToken cancellation)
    {
        bool recorded = channel.Kind == ChannelKind.Recorded;
        Pacer? pacer = recorded ? null : Pacer.ForFile();
        ChannelIngest ingest = ingests.Create(channel);
        // The file that is wrong is tried again and again; it is told once.
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            while (true)
            {
                bool any = await PlayRoundAsync(channel, ingest, pacer, told, cancellation).ConfigureAwait(false);
                if (recorded || !channel.Options.Loop)
                {
                    break;
                }

                if (!any)
                {
                    channel.State = ChannelState.Offline;
                    await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
                }
            }

            if (recorded)
            {
                channel.Writer.Complete();
            }

            channel.State = recorded ? ChannelState.Ended : ChannelState.Offline;
            LogOver(channel.Name, channel.Store.ChunksProduced);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The origin is shutting down.
        }
        catch (Exception e)
        {
            // One channel's fault is not the others'.
            channel.State = ChannelState.Offline;
            channel.Fault = "The channel has stopped: " + e.Message;
            LogStopped(e, channel.Name);
        }
    }

    /// <returns>Whether any of the files could be played.</returns>
    private async Task<bool> PlayRoundAsync(
        Channel channel, ChannelIngest ingest, Pacer? pacer, Dictionary<string, string> told, CancellationToken cancellation)
    {
        IReadOnlyList<string> files = Files(channel.Options.File!);
        bool goesOn = channel.Kind == ChannelKind.Live && channel.Options.Loop;
        bool loopOne = files.Count == 1 && File.Exists(channel.Options.File) && goesOn;
        bool any = false;
        foreach (string file in files)
        {
            try
            {
                await ingest.PlayFileAsync(file, loopOne, pacer, cancellation).ConfigureAwait(false);
                any = true;
                told.Remove(file);
            }
            catch (IngestException e)
            {
                Tell(channel, told, file, e.Message);
            }
            catch (Exception e) when (goesOn && e is IOException or UnauthorizedAccessException)
            {
                // The origin's own disk, not the file: a channel without end outlives a disk that is full for a while.
                if (channel.Fault is null)
                {
                    // It has gone on since it was told.
                    told.Remove(file);
                }

                Tell(channel, told, file, $"'{file}' could not go on and is tried again: {e.Message}");
            }
        }

        if (files.Count == 0)
        {
            Tell(channel, told, channel.Options.File!, $"'{channel.Options.File}' holds no files.");
        }

        return any;
    }

    private void Tell(Channel channel, Dictionary<string, string> told, string file, string reason)
    {
        channel.Fault = reason;
        if (told.GetValueOrDefault(file) != reason)
        {
            told[file] = reason;
            LogUnplayable(channel.Name, reason);
        }
    }

    /// <summary>Looked at anew each round, so that files can be added to a folder that plays.</summary>
    private static IReadOnlyList<string> Files(string path)
    {
        try
        {
            return Directory.Exists(path)
                ? [.. Directory.EnumerateFiles(Path.GetFullPath(path)).Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal)]
                : [Path.GetFullPath(path)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

using Microsoft.Extensions.Logging;
using Peercast.Origin.Channels;

namespace Peercast.Origin.Ingest;

/// <summary>
/// Feeds a channel through ffmpeg and keeps ffmpeg alive: when it dies or stalls it is started again, with the next chunk
/// ids and a discontinuity, and the viewers stay.
/// </summary>
internal sealed partial class ChannelIngest(
    Channel channel, FfmpegTools tools, Ffprobe probe, PeercastOriginOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>A publisher whose stream ffmpeg never made anything of is told so after this many tries.</summary>
    private const int MaxFailures = 4;

    /// <summary>Takes a publisher's stream until it ends.</summary>
    /// <exception cref="IngestException">It is no video, or ffmpeg cannot read it; the message is for the publisher.</exception>
    public async Task RunAsync(IMediaSource source, CancellationToken cancellation)
    {
        MediaProfile profile = await source.DescribeAsync(cancellation).ConfigureAwait(false);
        LogPublisher(channel.Name, source.Description, profile.VideoCodec, profile.AudioCodec ?? "none", profile.PassesVideo && profile.PassesAudio);
        IReadOnlyList<string> arguments = FfmpegArguments.FromPipe(source.FfmpegInputFormat, profile, options.PartDurationMs);
        var pacer = Pacer.ForPublisher();
        var backOff = new BackOff();
        long parts = 0;
        try
        {
            while (true)
            {
                long start = time.GetTimestamp();
                RunOutcome outcome = await Run(pacer).RunAsync(tools.Ffmpeg ?? options.Ffmpeg, arguments, source, cancellation).ConfigureAwait(false);
                parts += outcome.Parts;
                if (outcome.SourceEnded && parts > 0)
                {
                    LogPublisherEnded(channel.Name, source.Description);
                    return;
                }

                TimeSpan wait = backOff.After(time.GetElapsedTime(start), outcome.Parts > 0);
                if (outcome.SourceEnded || !source.CanResume || backOff.Failures >= MaxFailures)
                {
                    throw parts > 0
                        ? new IngestException($"The ingest was interrupted ({outcome.Reason}). Publish again: the channel goes on where it stopped.") { Interrupted = true }
                        : new IngestException($"The stream cannot be played: {outcome.Reason}.");
                }

                await RestartAsync(outcome, wait, cancellation).ConfigureAwait(false);
            }
        }
        catch (IngestException e)
        {
            channel.Fault = e.Message;
            throw;
        }
        finally
        {
            channel.State = ChannelState.Offline;
        }
    }

    /// <summary>Plays one file from start to end, or without end where ffmpeg can loop it without a seam.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="loop">Without end; otherwise, and where that needs a seam, the caller plays it again.</param>
    /// <param name="pacer">Real time, or <see langword="null"/> for as fast as possible.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IngestException">It is no video; the message names the file.</exception>
    public async Task PlayFileAsync(string path, bool loop, Pacer? pacer, CancellationToken cancellation)
    {
        try
        {
            MediaProfile profile = await probe.FileAsync(path, cancellation).ConfigureAwait(false);
            LogFile(channel.Name, path, profile.VideoCodec, profile.AudioCodec ?? "none", profile.PassesVideo && profile.PassesAudio);
            loop &= !profile.MayFrameAudio;
            IReadOnlyList<string> arguments = FfmpegArguments.FromFile(path, loop, profile, options.PartDurationMs);
            var backOff = new BackOff();
            long taken = 0;
            while (true)
            {
                long start = time.GetTimestamp();

                // A recorded channel goes on exactly where it broke off: ffmpeg makes the same parts of the same file.
                FfmpegRun run = Run(pacer, pacer is null ? taken : 0);
                RunOutcome outcome = await run.RunAsync(tools.Ffmpeg ?? options.Ffmpeg, arguments, null, cancellation).ConfigureAwait(false);
                taken = Math.Max(taken, outcome.Parts);
                if (outcome is { SourceEnded: true, Parts: > 0 } && !loop)
                {
                    return;
                }

                TimeSpan wait = backOff.After(time.GetElapsedTime(start), outcome.Parts > 0);
                if (outcome.Parts == 0 && (outcome.SourceEnded || backOff.Failures >= MaxFailures))
                {
                    throw new IngestException(outcome.Reason);
                }

                await RestartAsync(outcome, wait, cancellation).ConfigureAwait(false);
            }
        }
        catch (IngestException e)
        {
            throw new IngestException($"'{path}' cannot be played: {e.Message}", e);
        }
    }

    private FfmpegRun Run(Pacer? pacer, long skip = 0) =>
        new(channel, pacer, TimeSpan.FromSeconds(options.StallSeconds), time, logger) { Skip = skip };

    private Task RestartAsync(RunOutcome outcome, TimeSpan wait, CancellationToken cancellation)
    {
        channel.Stats.AddRestart();
        channel.Fault = outcome.Reason;
        LogRestart(channel.Name, outcome.Reason, wait.TotalSeconds);
        return Task.Delay(wait, time, cancellation);
    }
}

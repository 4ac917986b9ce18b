using System.Buffers;
using System.IO.Pipelines;
using Peercast.Origin.Ingest;

namespace Peercast.Origin.Http;

/// <summary>The body of a publisher's request.</summary>
/// <param name="body">The body.</param>
/// <param name="remote">Who sends it, for logs.</param>
/// <param name="probe">Finds out what it is.</param>
/// <param name="idle">Longest silence.</param>
/// <param name="time">The clock.</param>
internal sealed class HttpPushSource(PipeReader body, string remote, Ffprobe probe, TimeSpan idle, TimeProvider time) : IMediaSource
{
    /// <summary>
    /// How much is looked at to find out what it is, and how long that may take to arrive: most containers say it in the
    /// first bytes, some only after an index of megabytes.
    /// </summary>
    private static readonly (int Bytes, TimeSpan Wait)[] Looks =
    [
        (256 * 1024, TimeSpan.FromMilliseconds(700)),
        (1024 * 1024, TimeSpan.FromSeconds(2)),
        (8 * 1024 * 1024, TimeSpan.FromSeconds(8)),
    ];

    private readonly ArrayBufferWriter<byte> _start = new();
    private bool _ended;
    private bool _startSent;

    /// <summary>The publisher hung up, or its body was none: what failed is not the origin's own.</summary>
    public bool IsBroken { get; private set; }

    /// <inheritdoc/>
    public string Description => "HTTP push from " + remote;

    /// <inheritdoc/>
    public string? FfmpegInputFormat => null;

    /// <summary>Only an MPEG transport stream can be read from the middle; the others need their beginning.</summary>
    public bool CanResume { get; private set; }

    /// <inheritdoc/>
    public async Task<MediaProfile> DescribeAsync(CancellationToken cancellation)
    {
        IngestException? last = null;
        MediaProfile? silent = null;
        foreach ((int bytes, TimeSpan wait) in Looks)
        {
            await BufferAsync(bytes, wait, cancellation).ConfigureAwait(false);
            if (_start.WrittenCount == 0)
            {
                throw new IngestException("The request has no body: send a video, for example with curl -T file.");
            }

            try
            {
                MediaProfile profile = await probe.BytesAsync(_start.WrittenMemory, cancellation).ConfigureAwait(false);
                CanResume = profile.Format == "mpegts";

                // Sound may begin a little later than the picture: look once more before taking it for silent.
                if (profile.AudioCodec is not null || silent is not null || _ended)
                {
                    return profile;
                }

                silent = profile;
            }
            catch (IngestException e)
            {
                last = e;
            }

            if (_ended)
            {
                break;
            }
        }

        return silent ?? throw last!;
    }

    /// <inheritdoc/>
    public async Task CopyToAsync(Stream ffmpegStdin, CancellationToken cancellation)
    {
        if (!_startSent)
        {
            _startSent = true;
            await ffmpegStdin.WriteAsync(_start.WrittenMemory, cancellation).ConfigureAwait(false);
            _start.ResetWrittenCount();
        }

        while (!_ended)
        {
            ReadResult result = await ReadAsync(cancellation).ConfigureAwait(false);
            try
            {
                foreach (ReadOnlyMemory<byte> piece in result.Buffer)
                {
                    await ffmpegStdin.WriteAsync(piece, cancellation).ConfigureAwait(false);
                }
            }
            finally
            {
                body.AdvanceTo(result.Buffer.End);
            }

            _ended = result.IsCompleted;
        }
    }

    private async Task<ReadResult> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(cancellation).AsTask().WaitAsync(idle, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new IngestException($"Nothing came for {idle.TotalSeconds:0} s.", e);
        }
        catch (IOException)
        {
            IsBroken = true;
            throw;
        }
    }

    private async Task BufferAsync(int bytes, TimeSpan wait, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        while (!_ended && _start.WrittenCount < bytes)
        {
            TimeSpan left = wait - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero && _start.WrittenCount > 0)
            {
                return;
            }

            using var expiry = new CancellationTokenSource(left > TimeSpan.Zero ? left : idle, time);
            using CancellationTokenRegistration wake = expiry.Token.Register(body.CancelPendingRead);
            ReadResult result = await ReadAsync(cancellation).ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte> piece in result.Buffer)
            {
                _start.Write(piece.Span);
            }

            body.AdvanceTo(result.Buffer.End);
            _ended = result.IsCompleted;
            if (result.IsCanceled && (_start.WrittenCount > 0 || time.GetElapsedTime(start) > idle))
            {
                return;
            }
        }
    }
}

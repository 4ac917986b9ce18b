using Peercast.Origin.Ingest;

namespace Peercast.Origin.Rtmp;

/// <summary>
/// A publication as ffmpeg's input: an FLV file that begins with the decoder configurations and a keyframe, and does so
/// again each time ffmpeg is started anew.
/// </summary>
/// <param name="queue">The publisher's tags.</param>
/// <param name="description">See <see cref="IMediaSource.Description"/>.</param>
internal sealed class RtmpMediaSource(TagQueue queue, string description) : IMediaSource
{
    // Publishers send both configurations first. One that sends none for so long, in the stream's own time, has no audio.
    private const uint AudioPatience = 1_500;
    private const uint VideoPatience = 10_000;

    // Read while looking for the configurations, and not copied yet.
    private readonly Queue<FlvTag> _held = new();
    private FlvTag? _videoHeader;
    private FlvTag? _audioHeader;
    private MediaProfile? _profile;

    /// <inheritdoc/>
    public string Description { get; } = description;

    /// <inheritdoc/>
    public string? FfmpegInputFormat => "flv";

    /// <inheritdoc/>
    public bool CanResume => true;

    /// <summary>
    /// The publisher has ended and everything was copied. When <see cref="CopyToAsync"/> returns before that, the stream has
    /// become another one (a new size or codec): describe and copy again, to another ffmpeg.
    /// </summary>
    public bool IsAtEnd { get; private set; }

    /// <inheritdoc/>
    public async Task<MediaProfile> DescribeAsync(CancellationToken cancellation)
    {
        string? video = _profile?.VideoCodec;
        string? pixels = _profile?.PixelFormat;
        string? audio = _profile?.AudioCodec;
        bool audioIsKnown = _profile is not null;
        uint? first = null;
        long heldBytes = 0;
        var unread = new Queue<FlvTag>(_held);
        while (true)
        {
            FlvTag tag;
            if (unread.Count > 0)
            {
                tag = unread.Dequeue();
            }
            else if (await queue.ReadAsync(cancellation) is { } next)
            {
                tag = next;
                _held.Enqueue(tag);
            }
            else
            {
                break;
            }

            if (tag.Type == RtmpMessageType.Video && !tag.Body.IsEmpty && (tag.VideoCodec != FlvCodecs.Avc || tag.IsSequenceHeader))
            {
                video = FlvCodecs.VideoName(tag) ?? video;
                pixels = tag.IsSequenceHeader ? FlvCodecs.PixelFormat(tag) : null;
            }
            else if (tag.Type == RtmpMessageType.Audio && !tag.Body.IsEmpty && (tag.AudioFormat != FlvCodecs.Aac || tag.IsSequenceHeader))
            {
                audio = FlvCodecs.AudioName(tag);
                audioIsKnown = true;
            }
            else if (tag.Type == RtmpMessageType.Data && FlvMetadata.TryRead(tag.Body.Span, out bool hasAudio))
            {
                audioIsKnown |= !hasAudio;
            }

            first ??= tag.Timestamp;
            heldBytes += tag.Body.Length;
            uint elapsed = tag.Timestamp - first.Value;
            bool patient = heldBytes < RtmpLimits.QueuedBytes;
            if (video is not null && unread.Count == 0 && (audioIsKnown || elapsed >= AudioPatience || !patient))
            {
                break;
            }

            if (elapsed is >= VideoPatience and < int.MaxValue || !patient)
            {
                throw new IngestException("There is no video in the stream; add a video source to the encoder.");
            }
        }

        if (video is null)
        {
            throw new IngestException("The publisher left before it sent any video.");
        }

        return _profile = new MediaProfile(video, pixels, audio, "flv");
    }

    /// <inheritdoc/>
    public async Task CopyToAsync(Stream ffmpegStdin, CancellationToken cancellation)
    {
        MediaProfile profile = _profile ?? throw new InvalidOperationException("Describe the source first.");
        var flv = new FlvWriter(ffmpegStdin);
        await flv.WriteHeaderAsync(profile.AudioCodec is not null, cancellation);
        bool started = false;
        while (await PeekAsync(cancellation) is { } tag)
        {
            if (tag.IsSequenceHeader)
            {
                if (started && !IsKnown(tag))
                {
                    // Stays in the queue: the next description begins with it.
                    return;
                }

                Remember(tag);
            }
            else if (IsWanted(tag, profile, started))
            {
                if (!started)
                {
                    started = true;
                    await WriteConfigurationAsync(flv, profile, cancellation);
                }

                // Taken before it is written: what ffmpeg dies of is not offered to the next one.
                _held.Dequeue();
                await flv.WriteAsync(tag, cancellation);
                continue;
            }

            _held.Dequeue();
        }

        IsAtEnd = true;
    }

    private async ValueTask<FlvTag?> PeekAsync(CancellationToken cancellation)
    {
        if (_held.Count == 0)
        {
            if (await queue.ReadAsync(cancellation) is not { } tag)
            {
                return null;
            }

            _held.Enqueue(tag);
        }

        return _held.Peek();
    }

    private bool IsKnown(FlvTag header)
    {
        FlvTag? known = header.Type == RtmpMessageType.Video ? _videoHeader : _audioHeader;
        return known is { } tag && tag.Body.Span.SequenceEqual(header.Body.Span);
    }

    private void Remember(FlvTag header)
    {
        if (header.Type == RtmpMessageType.Video)
        {
            _videoHeader = header;
        }
        else
        {
            _audioHeader = header;
        }
    }

    // Metadata is left out: nothing that a publisher can word freely gets to ffmpeg, and all it needs is in the headers.
    private bool IsWanted(FlvTag tag, MediaProfile profile, bool started) => !tag.Body.IsEmpty && tag.Type switch
    {
        RtmpMessageType.Video => started || (tag.IsKeyframe && (tag.VideoCodec != FlvCodecs.Avc || _videoHeader is not null)),
        RtmpMessageType.Audio => started && profile.AudioCodec is not null,
        _ => false,
    };

    private async ValueTask WriteConfigurationAsync(FlvWriter flv, MediaProfile profile, CancellationToken cancellation)
    {
        if (_videoHeader is { } video)
        {
            await flv.WriteFirstAsync(video, cancellation);
        }

        if (_audioHeader is { } audio && profile.AudioCodec is not null)
        {
            await flv.WriteFirstAsync(audio, cancellation);
        }
    }
}

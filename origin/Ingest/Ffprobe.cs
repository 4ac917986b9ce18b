using System.Text.Json;

namespace Peercast.Origin.Ingest;

/// <summary>Asks ffprobe what is inside an input.</summary>
internal sealed class Ffprobe(FfmpegTools tools)
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);
    private const int MaxAnswer = 1024 * 1024;

    /// <summary>A file's codecs.</summary>
    /// <exception cref="IngestException">It is no video that can be played.</exception>
    public Task<MediaProfile> FileAsync(string path, CancellationToken cancellation) =>
        RunAsync(FfmpegArguments.ProbeFile(path), default, cancellation);

    /// <summary>The codecs of the beginning of a stream.</summary>
    /// <exception cref="IngestException">It is no video that can be played.</exception>
    public Task<MediaProfile> BytesAsync(ReadOnlyMemory<byte> start, CancellationToken cancellation) =>
        RunAsync(FfmpegArguments.ProbePipe(), start, cancellation);

    /// <summary>Reads ffprobe's JSON.</summary>
    /// <returns><see langword="null"/> when there is no video in it.</returns>
    public static MediaProfile? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            JsonElement root = document.RootElement;
            string? video = null;
            string? pixels = null;
            string? audio = null;
            foreach (JsonElement stream in root.TryGetProperty("streams", out JsonElement streams) ? streams.EnumerateArray() : default)
            {
                string? type = Text(stream, "codec_type");
                bool cover = stream.TryGetProperty("disposition", out JsonElement disposition)
                    && disposition.TryGetProperty("attached_pic", out JsonElement picture) && picture.GetInt32() != 0;
                if (type == "video" && !cover && video is null)
                {
                    (video, pixels) = (Text(stream, "codec_name"), Text(stream, "pix_fmt"));
                }
                else if (type == "audio")
                {
                    audio ??= Text(stream, "codec_name") ?? "unknown";
                }
            }

            string? format = root.TryGetProperty("format", out JsonElement container) ? Text(container, "format_name") : null;
            return video is null ? null : new MediaProfile(video, pixels, audio, format);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private async Task<MediaProfile> RunAsync(IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeLimit);
        await using FfmpegProcess process = FfmpegProcess.Start(tools.Ffprobe ?? "ffprobe", arguments);
        try
        {
            Task feed = FeedAsync(process.Input, input, limit.Token);
            byte[] answer = await ReadAsync(process.Output, limit.Token).ConfigureAwait(false);
            await process.WaitAsync(limit.Token).ConfigureAwait(false);
            await feed.ConfigureAwait(false);
            if (Parse(answer) is { } profile)
            {
                return profile;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IngestException("Looking into the input took too long.");
        }

        await process.DisposeAsync().ConfigureAwait(false);
        string reason = process.LastLine;
        throw new IngestException(reason.Length > 0
            ? $"It is no video that ffmpeg can read ({reason})."
            : "There is no video in it.");
    }

    private static async Task FeedAsync(Stream stdin, ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        try
        {
            await stdin.WriteAsync(input, cancellation).ConfigureAwait(false);
            await stdin.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It has seen enough.
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stdout, CancellationToken cancellation)
    {
        byte[] answer = new byte[64 * 1024];
        int length = 0;
        while (true)
        {
            int read = await stdout.ReadAsync(answer.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read == 0 || length + read >= MaxAnswer)
            {
                return answer[..length];
            }

            length += read;
            if (length == answer.Length)
            {
                Array.Resize(ref answer, answer.Length * 2);
            }
        }
    }
}

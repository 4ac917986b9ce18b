using System.Text.Json;
using Peercast.Player.Session;

namespace Peercast.Player.Bench;

/// <summary>Reads the origin's own counters of a channel, to hold the viewers' figures against.</summary>
internal sealed class OriginCounter(WatchLink link) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = link.Origin, Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The counters now.</summary>
    /// <exception cref="PlayerException">The origin cannot be reached or has no such channel.</exception>
    public async Task<OriginCount> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            await using Stream body = await _http.GetStreamAsync(
                new Uri($"api/channels/{Uri.EscapeDataString(link.Channel)}/stats", UriKind.Relative), cancellation).ConfigureAwait(false);
            using JsonDocument document = await JsonDocument.ParseAsync(body, default, cancellation).ConfigureAwait(false);
            return new OriginCount(document.RootElement.GetProperty("mediaBytes").GetInt64());
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or KeyNotFoundException
            || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new PlayerException(
                ExitCode.OriginUnreachable, $"The origin {link.Origin.Authority} gives no statistics of \"{link.Channel}\" ({e.Message}): is the link right?", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}

/// <summary>The origin's counters.</summary>
/// <param name="MediaBytes">Chunk payload sent to viewers since the origin started.</param>
internal sealed record OriginCount(long MediaBytes);

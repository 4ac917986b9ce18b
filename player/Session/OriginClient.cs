using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Player.Session;

/// <summary>The origin's HTTP interface as a viewer uses it; see origin/HTTP.md. Safe to call from any thread.</summary>
internal sealed class OriginClient : IDisposable
{
    private const string BrokeOff = "the answer broke off";

    /// <summary>For the head of a reply beyond what it may wait, then for each block of its body, and for a small body as a whole.</summary>
    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(10);

    private readonly DownlinkShaper _downlink;
    private readonly TimeProvider _time;
    private readonly string _channel;
    private HttpClient _http;
    private Uri _media;

    /// <summary>Contacts nobody yet.</summary>
    /// <param name="link">Which channel, and where.</param>
    /// <param name="downlink">What replies come through.</param>
    /// <param name="time">Bounds the waits for replies; <see langword="null"/>: the system's clock.</param>
    public OriginClient(WatchLink link, DownlinkShaper downlink, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _channel = link.Channel;
        _media = link.Origin;
        _downlink = downlink;
        Address = link.Origin;
        _http = NewClient();
    }

    /// <summary>Where the origin is.</summary>
    public Uri Address { get; }

    /// <summary>Gives up the connections that there are, and what waits for an answer on them: they may be dead without knowing it.</summary>
    public void Reconnect() =>
        // Not disposed of: another thread may be about to use it. Its idle connections close by themselves.
        Interlocked.Exchange(ref _http, NewClient()).CancelPendingRequests();

    /// <summary>Asks what the channel is, and how long the answer took.</summary>
    /// <exception cref="PlayerException">Unreachable, unknown, or not an origin.</exception>
    public async Task<(ChannelDescriptor Descriptor, TimeSpan RoundTrip)> GetDescriptorAsync(CancellationToken cancellation)
    {
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        string address = Address.GetLeftPart(UriPartial.Authority);
        try
        {
            using HttpResponseMessage reply = await GetAsync(new Uri(Address, "api/channels/" + Uri.EscapeDataString(_channel)), cancellation).ConfigureAwait(false);
            if (reply.StatusCode == HttpStatusCode.NotFound)
            {
                throw new PlayerException(ExitCode.UnknownChannel, $"{address} has no channel \"{_channel}\": open {Address} to see the channels it has.");
            }

            reply.EnsureSuccessStatusCode();
            byte[] body = await ReadAllAsync(reply, cancellation).ConfigureAwait(false);
            ChannelDescriptor descriptor = JsonSerializer.Deserialize(body, DescriptorJson.Default.ChannelDescriptor)
                ?? throw new JsonException("null");
            _media = new Uri(Address, descriptor.MediaPath.TrimEnd('/') + "/");
            return (descriptor, System.Diagnostics.Stopwatch.GetElapsedTime(started));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            throw new PlayerException(ExitCode.OriginUnreachable, $"The origin {address} cannot be reached ({e.Message}): is it running, and is the link right?", e);
        }
        catch (Exception e) when (e is JsonException or UriFormatException)
        {
            throw new PlayerException(ExitCode.OriginUnreachable, $"{address} answers, but not as a Peercast origin of this version: check the link.", e);
        }
    }

    /// <summary>Everything for a fast start, handed over frame by frame as it arrives.</summary>
    /// <param name="latencyMs">Behind the live edge; <see langword="null"/>: as the origin thinks best.</param>
    /// <param name="at">Near which chunk; <see langword="null"/>: by the latency.</param>
    /// <param name="ticket">The place in the queue that the last answer gave; <see langword="null"/>: none yet.</param>
    /// <param name="handle">Takes the frames.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>When to try again, if the channel is full; <see langword="null"/>: it is not.</returns>
    /// <exception cref="TimeoutException">No reply in time, or it broke off.</exception>
    public async Task<JoinTurn?> JoinAsync(int? latencyMs, ChunkId? at, string? ticket, Action<JoinFrame> handle, CancellationToken cancellation)
    {
        string[] wishes = [latencyMs is null ? "" : $"latencyMs={latencyMs}", at is null ? "" : $"at={at}", ticket is null ? "" : $"ticket={ticket}"];
        string query = "join?" + string.Join('&', wishes.Where(wish => wish.Length > 0));
        using HttpResponseMessage reply = await GetAsync(new Uri(_media, query), cancellation).ConfigureAwait(false);
        if (await WithinAsync(stop => JoinTurn.ReadAsync(reply, stop), ReplyTimeout, BrokeOff, cancellation).ConfigureAwait(false) is { } turn)
        {
            return turn;
        }

        reply.EnsureSuccessStatusCode();
        await using Stream body = await OpenAsync(reply, cancellation).ConfigureAwait(false);
        var reader = new JoinFrameReader(body);
        while (await WithinAsync(stop => reader.ReadAsync(stop).AsTask(), ReplyTimeout, BrokeOff, cancellation).ConfigureAwait(false) is { } frame)
        {
            handle(frame);
        }

        return null;
    }

    /// <summary>One init segment.</summary>
    /// <exception cref="TimeoutException">No reply in time, or it broke off.</exception>
    public async Task<byte[]> GetInitAsync(int index, CancellationToken cancellation)
    {
        using HttpResponseMessage reply = await GetAsync(new Uri(_media, $"init/{index}"), cancellation).ConfigureAwait(false);
        reply.EnsureSuccessStatusCode();
        return await ReadAllAsync(reply, cancellation).ConfigureAwait(false);
    }

    /// <summary>A run of chunks, handed over one by one as they arrive. The caller bounds the time.</summary>
    public async Task<OriginFetchResult> FetchChunksAsync(ChunkRange range, Action<ChunkId, ReadOnlyMemory<byte>> handle, CancellationToken cancellation)
    {
        using HttpResponseMessage reply = await GetAsync(new Uri(_media, $"chunks/{range.First}-{range.Last}"), cancellation).ConfigureAwait(false);
        if (reply.StatusCode != HttpStatusCode.OK)
        {
            return ResultOf(reply.StatusCode);
        }

        await using Stream body = await OpenAsync(reply, cancellation).ConfigureAwait(false);
        for (ChunkId id = range.First; id <= range.Last; id = id.Next)
        {
            if (await ReadFramedAsync(body, ChunkInfo.MaxLength, cancellation).ConfigureAwait(false) is not { } bytes)
            {
                return OriginFetchResult.Failed;
            }

            handle(id, bytes);
        }

        return OriginFetchResult.Completed;
    }

    /// <summary>The batches from a chunk on, waiting at the origin when there is nothing new.</summary>
    /// <exception cref="TimeoutException">No reply in time, or it broke off.</exception>
    public async Task<OriginFetchResult> FetchBatchesAsync(ChunkId from, TimeSpan wait, Action<byte[]> handle, CancellationToken cancellation, int max = 64)
    {
        using HttpResponseMessage reply = await GetAsync(
            new Uri(_media, $"batches?from={from}&waitMs={(int)wait.TotalMilliseconds}&max={max}"), cancellation, ReplyTimeout + wait).ConfigureAwait(false);
        if (reply.StatusCode == HttpStatusCode.NoContent)
        {
            return OriginFetchResult.NotYet;
        }

        if (reply.StatusCode != HttpStatusCode.OK)
        {
            return ResultOf(reply.StatusCode);
        }

        await using Stream body = await OpenAsync(reply, cancellation).ConfigureAwait(false);

        // The origin waits before it answers at all, with 200 or 204: once the head is there, the body has nothing to wait for.
        while (await WithinAsync(
            stop => ReadFramedAsync(body, ManifestBatch.MaxEncodedLength, stop), ReplyTimeout, BrokeOff, cancellation).ConfigureAwait(false) is { } bytes)
        {
            handle(bytes);
        }

        return OriginFetchResult.Completed;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private HttpClient NewClient() => new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        AllowAutoRedirect = false,
        UseCookies = false,
        // The origin is one machine: a late reply to one fetch must not hold up the next.
        MaxConnectionsPerServer = 8,
    })
    {
        BaseAddress = Address,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static OriginFetchResult ResultOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => OriginFetchResult.NotYet,
        HttpStatusCode.Gone => OriginFetchResult.Gone,
        _ => OriginFetchResult.Failed,
    };

    /// <summary>One length-prefixed block; <see langword="null"/> at the end of the reply or where it breaks its bounds.</summary>
    private static async Task<byte[]?> ReadFramedAsync(Stream body, int maxLength, CancellationToken cancellation)
    {
        byte[] header = new byte[4];
        if (await body.ReadAtLeastAsync(header, 4, throwOnEndOfStream: false, cancellation).ConfigureAwait(false) < 4)
        {
            return null;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (length > maxLength)
        {
            return null;
        }

        byte[] bytes = new byte[length];
        await body.ReadExactlyAsync(bytes, cancellation).ConfigureAwait(false);
        return bytes;
    }

    private async Task<Stream> OpenAsync(HttpResponseMessage reply, CancellationToken cancellation) =>
        _downlink.Wrap(await reply.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));

    private Task<byte[]> ReadAllAsync(HttpResponseMessage reply, CancellationToken cancellation) =>
        WithinAsync(reply.Content.ReadAsByteArrayAsync, ReplyTimeout, BrokeOff, cancellation);

    /// <summary>Bounds the wait for the reply's head; whoever reads the body bounds that.</summary>
    private Task<HttpResponseMessage> GetAsync(Uri address, CancellationToken cancellation, TimeSpan? timeout = null) =>
        WithinAsync(stop => _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, stop), timeout ?? ReplyTimeout, "no answer in time", cancellation);

    /// <summary>Bounds one step of a reply: a network that dies in silence ends no connection, and nothing else would end the wait.</summary>
    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> step, TimeSpan timeout, string late, CancellationToken cancellation)
    {
        using var clock = new CancellationTokenSource(timeout, _time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation, clock.Token);
        try
        {
            return await step(bounded.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(late, e);
        }
    }
}

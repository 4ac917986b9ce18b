using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using Peercast.Origin.Tests.Channels;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tests.Http;

public sealed class MediaEndpointsTests : IAsyncLifetime
{
    private const string Media = "/media/live/main";
    private OriginApp _app = null!;

    public async Task InitializeAsync()
    {
        _app = await OriginApp.StartAsync(o =>
        {
            o.Channels["live"] = new ChannelOptions { Title = "Live & <kicking>" };
            o.RingSeconds = 20;
            o.MaxWaitMs = 5000;
        });
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Descriptor_UnderAPrefix_NamesPathsThatWork()
    {
        Produce(50);
        JsonElement descriptor = await _app.JsonAsync("/api/channels/live");

        Assert.Equal("live", descriptor.GetProperty("name").GetString());
        Assert.Equal("Live & <kicking>", descriptor.GetProperty("title").GetString());
        Assert.Equal("live", descriptor.GetProperty("kind").GetString());
        Assert.Equal(OriginApp.Prefix + Media, descriptor.GetProperty("mediaPath").GetString());
        Assert.Equal(OriginApp.Prefix + "/hls/live/master.m3u8", descriptor.GetProperty("hlsPath").GetString());
        Assert.Equal(OriginApp.Prefix + "/tracker/live", descriptor.GetProperty("trackerPath").GetString());
        byte[] key = descriptor.GetProperty("publicKey").GetBytesFromBase64();
        Assert.Equal(Hash256.Of(key).ToString(), descriptor.GetProperty("fingerprint").GetString());
        JsonElement rendition = Assert.Single(descriptor.GetProperty("renditions").EnumerateArray());
        Assert.Equal("main", rendition.GetProperty("name").GetString());
        Assert.Equal(SwarmId.Derive(Hash256.Of(key), "main").ToString(), rendition.GetProperty("swarmId").GetString());
        Assert.Equal(49, rendition.GetProperty("liveEdge").GetInt64());
        Assert.Equal(25, rendition.GetProperty("joinChunk").GetInt64());
        string fromRoot = _app.Root + descriptor.GetProperty("mediaPath").GetString() + "/batches?from=0";
        Assert.Equal(HttpStatusCode.OK, (await _app.Client.GetAsync(new Uri(fromRoot))).StatusCode);
    }

    [Fact]
    public async Task Batches_FromAnId_VerifyAndCoverTheRest()
    {
        Produce(20);
        using HttpResponseMessage reply = await _app.GetAsync(Media + "/batches?from=5");
        List<SignedBatch> batches = Verified(await reply.Content.ReadAsByteArrayAsync());

        Assert.Equal(4, batches[0].Batch.FirstChunk.Value);
        Assert.Equal(19, batches[^1].Batch.Range.Last.Value);
        Assert.Equal("19", Assert.Single(reply.Headers.GetValues("X-Peercast-Live-Edge")));
        Assert.Equal("*", Assert.Single(reply.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal(18, Assert.Single(Verified(await _app.BytesAsync(Media + "/batches?from=-1"))).Batch.FirstChunk.Value);
        Assert.Single(Verified(await _app.BytesAsync(Media + "/batches?from=0&max=1")));
    }

    [Fact]
    public async Task Batches_NothingNewer_Are204()
    {
        Produce(20);
        using HttpResponseMessage reply = await _app.GetAsync(Media + "/batches?from=20&waitMs=10");
        Assert.Equal(HttpStatusCode.NoContent, reply.StatusCode);
        Assert.Equal("19", Assert.Single(reply.Headers.GetValues("X-Peercast-Live-Edge")));
    }

    [Fact]
    public async Task Batches_Waiting_GetTheNextOneAtOnce()
    {
        Produce(20);
        Task<byte[]> waiting = _app.BytesAsync(Media + "/batches?from=20&waitMs=5000");
        Produce(2);
        Assert.Equal(20, Assert.Single(Verified(await waiting)).Batch.FirstChunk.Value);
    }

    [Theory]
    [InlineData("/batches?from=x")]
    [InlineData("/batches?from=0&waitMs=5001")]
    [InlineData("/batches?from=0&max=0")]
    [InlineData("/batches?from=-2")]
    [InlineData("/join?latencyMs=-1")]
    [InlineData("/chunks/x")]
    [InlineData("/chunks/5-4")]
    [InlineData("/chunks/0-64")]
    [InlineData("/chunks/-5")]
    public async Task Get_NonsenseQuery_Is400WithOneLine(string path)
    {
        Produce(20);
        using HttpResponseMessage reply = await _app.GetAsync(Media + path);
        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Contains("\"error\"", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunk_InTheRing_IsImmutableAndCounted()
    {
        Produce(20);
        using HttpResponseMessage reply = await _app.GetAsync(Media + "/chunks/7");
        byte[] chunk = await reply.Content.ReadAsByteArrayAsync();
        SignedBatch batch = Verified(await _app.BytesAsync(Media + "/batches?from=7&max=1"))[0];

        Assert.Equal(batch.Batch.Chunks[(int)(7 - batch.Batch.FirstChunk.Value)].Hash, Hash256.Of(chunk));
        Assert.Equal("public, max-age=31536000, immutable", string.Join(", ", reply.Headers.GetValues("Cache-Control")));
        List<byte[]> run = OriginApp.Frames(await _app.BytesAsync(Media + "/chunks/5-8"));
        Assert.Equal(4, run.Count);
        Assert.Equal(chunk, run[2]);
        await OriginApp.EventuallyAsync(() => _app.Channel("live").Stats.ChunksServed == 5, "all sends are counted");
        JsonElement stats = await _app.JsonAsync("/api/channels/live/stats");
        Assert.Equal(chunk.Length + run.Sum(c => c.Length), stats.GetProperty("mediaBytes").GetInt64());
        Assert.Equal(5, stats.GetProperty("chunksServed").GetInt64());
        Assert.Equal(20, stats.GetProperty("chunksProduced").GetInt64());
    }

    [Fact]
    public async Task Chunk_GoneOrNotYet_SaysWhich()
    {
        Produce(200);
        long first = _app.Channel("live").Store.FirstChunk;
        Assert.True(first > 0);
        Assert.Equal(HttpStatusCode.Gone, (await _app.GetAsync(Media + "/chunks/0")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _app.GetAsync($"{Media}/chunks/{first - 1}-{first + 1}")).StatusCode);
        using HttpResponseMessage next = await _app.GetAsync(Media + "/chunks/200");
        Assert.Equal(HttpStatusCode.NotFound, next.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), next.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Join_FiveSecondsBehind_HasAllThatAFastStartNeeds()
    {
        Produce(50);
        byte[] body = await _app.BytesAsync(Media + "/join?latencyMs=5000");
        var kinds = new List<byte>();
        var chunks = new List<long>();
        var batches = new List<SignedBatch>();
        for (ReadOnlySpan<byte> rest = body; rest.Length > 0;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
            ReadOnlySpan<byte> payload = rest.Slice(5, length);
            kinds.Add(rest[0]);
            switch (rest[0])
            {
                case 1:
                    Assert.Equal(SyntheticMedia.Init().Bytes.ToArray(), payload[4..].ToArray());
                    break;
                case 2:
                    batches.Add(Verified([0, 0, (byte)(length >> 8), (byte)length, .. payload])[0]);
                    break;
                default:
                    chunks.Add(BinaryPrimitives.ReadInt64BigEndian(payload));
                    break;
            }

            rest = rest[(5 + length)..];
        }

        Assert.Equal([1, 2, 3], kinds.Distinct());
        Assert.Equal([25L, 26, 27, 28, 29], chunks);
        Assert.Equal((24L, 49L), (batches[0].Batch.FirstChunk.Value, batches[^1].Batch.Range.Last.Value));
    }

    [Fact]
    public async Task Join_BeforeAnything_Is404ToTryAgain()
    {
        using HttpResponseMessage reply = await _app.GetAsync(Media + "/join");
        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        Assert.NotNull(reply.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("/api/channels/none")]
    [InlineData("/media/none/main/batches?from=0")]
    [InlineData("/hls/none/master.m3u8")]
    [InlineData("/api/channels/none/stats")]
    public async Task Get_UnknownChannel_Is404WithOneLine(string path)
    {
        using HttpResponseMessage reply = await _app.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        Assert.Contains("no such channel", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_KnownIndex_IsServedUntilTheRingForgetsIt()
    {
        Produce(5);
        Assert.Equal(SyntheticMedia.Init().Bytes.ToArray(), await _app.BytesAsync(Media + "/init/0"));
        Assert.Equal(HttpStatusCode.NotFound, (await _app.GetAsync(Media + "/init/1")).StatusCode);
    }

    [Fact]
    public async Task Pages_HostileTitle_IsEscapedAndPolicyIsStrict()
    {
        using HttpResponseMessage page = await _app.GetAsync("/watch/live");
        string html = await page.Content.ReadAsStringAsync();
        Assert.Contains("Live &amp; &lt;kicking&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<kicking>", html, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.False(page.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.DoesNotContain(_app.Channel("live").StreamKey!, html, StringComparison.Ordinal);
        string list = await (await _app.GetAsync("/")).Content.ReadAsStringAsync();
        Assert.Contains($"href=\"{OriginApp.Prefix}/watch/live\"", list, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _app.GetAsync("/watch/none")).StatusCode);
    }

    [Fact]
    public async Task ForeignApplication_KeepsItsOwnPages()
    {
        Assert.Equal("The foreign application's own page", await _app.Client.GetStringAsync(new Uri(_app.Root + "/")));
        Assert.Equal(HttpStatusCode.NotFound, (await _app.Client.GetAsync(new Uri(_app.Root + "/api/channels"))).StatusCode);
    }

    [Fact]
    public async Task Health_Running_IsOkAndReady()
    {
        Assert.Equal(HttpStatusCode.OK, (await _app.GetAsync("/healthz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _app.GetAsync("/readyz")).StatusCode);
    }

    private void Produce(int parts)
    {
        var channel = _app.Channel("live");
        channel.Writer.BeginEpoch();
        foreach (var part in SyntheticMedia.Parts(SyntheticMedia.Init(), parts))
        {
            channel.Writer.Write(part);
        }

        channel.Writer.EndEpoch();
    }

    private List<SignedBatch> Verified(byte[] body)
    {
        var channel = _app.Channel("live");
        using ManifestVerifier verifier = ManifestVerifier.TryCreate(channel.PublicKey.Span, channel.Fingerprint, "main")!;
        return [.. OriginApp.Frames(body).Select(f => verifier.TryVerify(f) ?? throw new InvalidDataException("not signed by the channel"))];
    }
}

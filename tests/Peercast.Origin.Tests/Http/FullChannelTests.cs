using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Peercast.Origin.Tests.Channels;

namespace Peercast.Origin.Tests.Http;

public sealed class FullChannelTests : IAsyncLifetime
{
    private const string Join = "/media/live/main/join?startupMs=10000";
    private readonly HeldTime _time = new();
    private OriginApp _app = null!;

    public async Task InitializeAsync()
    {
        _time.Release();
        _app = await OriginApp.StartAsync(
            o =>
            {
                o.Channels["live"] = new ChannelOptions();
                o.MaxEgressMbps = 1;
            },
            services => services.AddSingleton<TimeProvider>(_time));
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Join_OverBudget_Is503WithRetryAfterReasonAndTicket()
    {
        Produce(50);
        JsonElement first = await TurnAwayAsync();

        // Two seconds later there would be room for it.
        _time.Hold();
        Assert.Equal("queue", first.GetProperty("reason").GetString());
        Assert.Equal(1, first.GetProperty("place").GetInt32());
        Assert.Contains("full", first.GetProperty("error").GetString(), StringComparison.Ordinal);
        using HttpResponseMessage second = await _app.GetAsync(Join);
        JsonElement body = await second.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.Equal(2, body.GetProperty("place").GetInt32());
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
        Assert.InRange(body.GetProperty("retryAfterMs").GetInt64(), 1000, 10_000);

        // With its ticket the first stands where it stood.
        using HttpResponseMessage again = await _app.GetAsync(Join + "&ticket=" + first.GetProperty("ticket").GetString());
        Assert.Equal(1, (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("place").GetInt32());

        JsonElement stats = await _app.JsonAsync("/api/channels/live/stats");
        Assert.Equal((1_000_000, 2), (stats.GetProperty("maxEgressBps").GetInt64(), stats.GetProperty("joinsWaiting").GetInt32()));
        Assert.Equal(HttpStatusCode.OK, (await _app.GetAsync("/healthz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _app.GetAsync("/api/channels/live")).StatusCode);
    }

    [Fact]
    public async Task Chunks_WhileJoinsQueue_AreServedToThoseWhoWatch()
    {
        Produce(50);
        await TurnAwayAsync();
        Assert.NotEmpty(await _app.BytesAsync("/media/live/main/chunks/30"));
        using HttpResponseMessage jump = await _app.GetAsync("/media/live/main/join?at=30");
        Assert.Equal(HttpStatusCode.OK, jump.StatusCode);
    }

    [Fact]
    public async Task Join_NonsenseTicket_Is400()
    {
        Produce(50);
        Assert.Equal(HttpStatusCode.BadRequest, (await _app.GetAsync(Join + "&ticket=mine")).StatusCode);
    }

    private void Produce(int parts)
    {
        var channel = _app.Channel("live");
        channel.Writer.BeginEpoch();
        foreach (var part in SyntheticMedia.Parts(SyntheticMedia.Init(), parts, size: 5000))
        {
            channel.Writer.Write(part);
        }

        channel.Writer.EndEpoch();
    }

    private async Task<JsonElement> TurnAwayAsync()
    {
        for (int i = 0; i < 100; i++)
        {
            using HttpResponseMessage reply = await _app.GetAsync(Join);
            if (reply.StatusCode != HttpStatusCode.OK)
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
                return await reply.Content.ReadFromJsonAsync<JsonElement>();
            }
        }

        throw new InvalidOperationException("A hundred joins were let in.");
    }
}

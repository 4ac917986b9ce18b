using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Peercast.Player.Tests.Session;

/// <summary>An origin that knows one channel, and answers its joins as the test says.</summary>
internal sealed class FullOrigin : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(int Status, string Body)> _answers;
    private readonly ConcurrentQueue<string> _joins = [];

    private FullOrigin(IEnumerable<(int Status, string Body)> answers)
    {
        _answers = new ConcurrentQueue<(int, string)>(answers);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string descriptor = string.Create(CultureInfo.InvariantCulture, $$"""
            {"version":1,"name":"demo","title":"Demo","kind":"live","state":"live","publicKey":"{{Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}}",
            "renditions":[{"name":"main","swarmId":"00","codecs":"","width":0,"height":0,"bitrate":0,"firstChunk":0,"liveEdge":99}],
            "targetLatencyMs":5000,"serverTimeMs":1700000000000,"stunPort":0,"mediaPath":"/media/demo/main","trackerPath":"/tracker/demo"}
            """);
        _app.MapGet("/api/channels/demo", () => Results.Text(descriptor, "application/json"));
        _app.MapGet("/media/demo/main/join", (HttpContext context) =>
        {
            _joins.Enqueue(context.Request.QueryString.Value ?? "");
            return _answers.TryDequeue(out var answer)
                ? Results.Bytes(System.Text.Encoding.UTF8.GetBytes(answer.Body), "application/json").WithStatus(answer.Status)
                : Results.StatusCode(500);
        });
    }

    /// <summary>The queries of the joins so far.</summary>
    public IReadOnlyList<string> Joins => [.. _joins];

    public string Link => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/watch/demo";

    public static async Task<FullOrigin> StartAsync(params IEnumerable<(int Status, string Body)> answers)
    {
        var origin = new FullOrigin(answers);
        await origin._app.StartAsync();
        return origin;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

file static class ResultExtensions
{
    public static IResult WithStatus(this IResult result, int status) => new Status(result, status);

    private sealed class Status(IResult inner, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            return inner.ExecuteAsync(httpContext);
        }
    }
}

using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Peercast.Origin.Tracker;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tests.Tracker;

/// <summary>The tracker behind a real web server on loopback, under a prefix as an embedding application would have it.</summary>
public sealed class TrackerEndpointTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _timeout = new(TimeSpan.FromMinutes(2));
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System)
            .AddSingleton(new TrackerOptions { MaxConnectionsPerAddress = 8 })
            .AddSingleton(TrackerSecret.Create())
            .AddSingleton<ITrackedChannels, OneChannel>()
            .AddTracker();
        _app = builder.Build();
        _app.MapGroup("/prefix").MapTracker();
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _timeout.Dispose();
    }

    [Fact]
    public async Task Tracker_TwoViewers_MeetAndSignal()
    {
        using var a = await JoinAsync();
        using var b = await JoinAsync();
        var peer = Assert.Single(b.Peers.Peers);
        Assert.Equal(a.Welcome.PeerId, peer.PeerId);
        await SendAsync(b.Socket, new OfferMessage(peer.PeerId, "s", "sdp"));
        Assert.Equal(new OfferMessage(b.Welcome.PeerId, "s", "sdp"), await ReceiveAsync<OfferMessage>(a.Socket));
        Assert.NotEmpty((await ReceiveAsync<SeedsMessage>(b.Socket)).Seeds);
        Assert.Equal(2, _app.Services.GetRequiredService<TrackerHub>().Statistics(TrackerFixture.Swarm).Viewers);
    }

    [Theory]
    [InlineData("not json", WebSocketMessageType.Text)]
    [InlineData("{\"type\":\"leave\"}", WebSocketMessageType.Binary)]
    [InlineData(null, WebSocketMessageType.Text)]
    public async Task Tracker_Malformed_ClosesThatConnectionAlone(string? text, WebSocketMessageType type)
    {
        using var bad = await JoinAsync();
        using var good = await JoinAsync();
        await bad.Socket.SendAsync(Encoding.UTF8.GetBytes(text ?? new string(' ', 20_000)), type, true, _timeout.Token);
        Assert.Equal("malformed", (await ReceiveAsync<ErrorMessage>(bad.Socket)).Code);
        Assert.Null(await ReceiveAnyAsync(bad.Socket));
        await bad.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _timeout.Token);

        await SendAsync(good.Socket, new WantPeersMessage(5, []));
        Assert.Empty((await ReceiveAsync<PeersMessage>(good.Socket)).Peers);
    }

    [Fact]
    public async Task Tracker_RandomBytes_NeverHarmOthers()
    {
        using var good = await JoinAsync();
        var random = new Random(5);
        for (int i = 0; i < 200; i++)
        {
            using var bad = await ConnectAsync();
            byte[] bytes = new byte[random.Next(1, 500)];
            random.NextBytes(bytes);
            await bad.SendAsync(bytes, i % 2 == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text, true, _timeout.Token);
            bad.Abort();
        }

        await SendAsync(good.Socket, new WantPeersMessage(5, []));
        Assert.Empty((await ReceiveAsync<PeersMessage>(good.Socket)).Peers);
    }

    [Fact]
    public async Task Tracker_ViewerLeaves_ConnectionIsClosed()
    {
        using var viewer = await JoinAsync();
        await SendAsync(viewer.Socket, new LeaveMessage());
        while (await ReceiveAnyAsync(viewer.Socket) is { } message)
        {
            Assert.IsType<SeedsMessage>(message);
        }

        Assert.Equal(WebSocketCloseStatus.NormalClosure, viewer.Socket.CloseStatus);
    }

    [Fact]
    public async Task Tracker_UnknownChannelOrNoWebSocket_IsAnHttpError()
    {
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(Url("nothing"))).StatusCode);
        Assert.Equal(HttpStatusCode.UpgradeRequired, (await http.GetAsync(Url("demo"))).StatusCode);
    }

    [Fact]
    public async Task Tracker_TooManyFromOneAddress_IsRefusedUntilOneEnds()
    {
        var open = new List<ClientWebSocket>();
        for (int i = 0; i < 8; i++)
        {
            open.Add(await ConnectAsync());
        }

        await Assert.ThrowsAsync<WebSocketException>(ConnectAsync);
        open[0].Abort();
        ClientWebSocket? again = null;
        while (again is null)
        {
            try
            {
                again = await ConnectAsync();
            }
            catch (WebSocketException)
            {
                await Task.Delay(10, _timeout.Token);
            }
        }

        again.Dispose();
        open.ForEach(s => s.Dispose());
    }

    private string Url(string channel) => $"{_app.Urls.Single()}/prefix/tracker/{channel}";

    private async Task<ClientWebSocket> ConnectAsync()
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(Url("demo").Replace("http:", "ws:", StringComparison.Ordinal)), _timeout.Token);
        return socket;
    }

    private async Task<Joined> JoinAsync()
    {
        var socket = await ConnectAsync();
        await SendAsync(socket, TrackerFixture.JoinOf());
        return new Joined(socket, await ReceiveAsync<WelcomeMessage>(socket), await ReceiveAsync<PeersMessage>(socket));
    }

    private Task SendAsync(ClientWebSocket socket, SignalingMessage message) =>
        socket.SendAsync(SignalingCodec.Encode(message), WebSocketMessageType.Text, true, _timeout.Token);

    private async Task<T> ReceiveAsync<T>(ClientWebSocket socket)
        where T : SignalingMessage
    {
        while (true)
        {
            // Seed duty comes whenever it changes.
            var message = await ReceiveAnyAsync(socket);
            if (message is T wanted)
            {
                return wanted;
            }

            Assert.IsType<SeedsMessage>(message);
        }
    }

    private async Task<SignalingMessage?> ReceiveAnyAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[SignalingCodec.MaxMessageLength];
        int length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), _timeout.Token);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (part.EndOfMessage)
            {
                Assert.True(SignalingCodec.TryDecode(buffer.AsSpan(0, length), out var message));
                return message;
            }
        }
    }

    private sealed record Joined(ClientWebSocket Socket, WelcomeMessage Welcome, PeersMessage Peers) : IDisposable
    {
        public void Dispose() => Socket.Dispose();
    }

    private sealed class OneChannel : ITrackedChannels
    {
        public bool TryGetSwarm(string channel, out SwarmId swarm)
        {
            swarm = TrackerFixture.Swarm;
            return channel == "demo";
        }
    }
}

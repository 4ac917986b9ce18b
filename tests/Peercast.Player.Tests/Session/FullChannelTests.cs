using System.Net;
using System.Text;
using Peercast.Player.Playback;
using Peercast.Player.Session;
using Peercast.Player.Terminal;

namespace Peercast.Player.Tests.Session;

public sealed class FullChannelTests
{
    private const string Queue = """{"error":"The channel is full.","reason":"queue","retryAfterMs":500,"ticket":"4711","place":3}""";
    private const string Full = """{"error":"The channel is full.","reason":"full","retryAfterMs":60000}""";

    [Fact]
    public async Task RunAsync_QueuedThenRefused_SaysSoAndNamesItsTicketAndGivesUp()
    {
        await using FullOrigin origin = await FullOrigin.StartAsync((503, Queue), (503, Full));
        await using ViewerSession session = Session(origin);
        Task running = session.RunAsync(CancellationToken.None);
        string line = "";
        while (!running.IsCompleted)
        {
            line = session.Snapshot.State == ViewerState.Queued ? Line(session.Snapshot) : line;
            await Task.Yield();
        }

        PlayerException refused = await Assert.ThrowsAsync<PlayerException>(() => running);
        Assert.Equal(ExitCode.ChannelFull, refused.Code);
        Assert.Equal("The channel is full, and so is its queue: try again in 60 s, or later.", refused.Message);
        Assert.StartsWith("The channel is full: in the queue, trying again in ", line, StringComparison.Ordinal);
        Assert.Equal(2, origin.Joins.Count);
        Assert.DoesNotContain("ticket", origin.Joins[0], StringComparison.Ordinal);
        Assert.Contains("ticket=4711", origin.Joins[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ServerErrorOfSomebodyElse_IsNoFullChannel()
    {
        await using FullOrigin origin = await FullOrigin.StartAsync((503, "<html>Bad gateway</html>"));
        await using ViewerSession session = Session(origin);
        PlayerException failed = await Assert.ThrowsAsync<PlayerException>(() => session.RunAsync(CancellationToken.None));
        Assert.Equal(ExitCode.OriginUnreachable, failed.Code);
    }

    [Fact]
    public async Task RunAsync_CanceledInTheQueue_EndsWithoutAnError()
    {
        await using FullOrigin origin = await FullOrigin.StartAsync((503, Queue.Replace("500", "30000", StringComparison.Ordinal)));
        await using ViewerSession session = Session(origin);
        using var stop = new CancellationTokenSource();
        Task running = session.RunAsync(stop.Token);
        while (session.Snapshot.State != ViewerState.Queued)
        {
            Assert.False(running.IsCompleted);
            await Task.Yield();
        }

        await stop.CancelAsync();
        await running;
        Assert.Single(origin.Joins);
    }

    [Theory]
    [InlineData("""{"reason":"queue","retryAfterMs":1,"ticket":"1"}""", 0.5, "1")]
    [InlineData("""{"reason":"queue","retryAfterMs":1e300,"ticket":"1"}""", 60, "1")]
    [InlineData("""{"reason":"full"}""", 0.5, null)]
    [InlineData("""{"reason":"busy","error":"x"}""", 1, "0")]
    public async Task ReadAsync_Answer_IsTakenWithinBounds(string body, double seconds, string? ticket)
    {
        using HttpResponseMessage reply = Reply(body);
        JoinTurn? turn = await JoinTurn.ReadAsync(reply, CancellationToken.None);
        Assert.Equal(TimeSpan.FromSeconds(seconds), turn?.RetryAfter);
        Assert.Equal(ticket, turn?.Ticket);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"reason":"weather"}""")]
    [InlineData("""{"reason":"queue","retryAfterMs":1000}""")]
    [InlineData("""{"reason":"queue","retryAfterMs":1000,"ticket":"1&at=0"}""")]
    [InlineData("""{"reason":"queue","retryAfterMs":1000,"ticket":"111111111111111111111111111111111"}""")]
    public async Task ReadAsync_Nonsense_IsNoTurn(string body)
    {
        using HttpResponseMessage reply = Reply(body);
        Assert.Null(await JoinTurn.ReadAsync(reply, CancellationToken.None));
    }

    private static HttpResponseMessage Reply(string body) =>
        new(HttpStatusCode.ServiceUnavailable) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static string Line(ViewerSnapshot snapshot)
    {
        var view = new StatisticsView();
        view.Update(TimeSpan.Zero, snapshot);
        return view.Summary();
    }

    private static ViewerSession Session(FullOrigin origin) => new(
        new ViewerRequest { Link = origin.Link, PeerToPeer = false },
        new NullOutput(),
        _ => throw new InvalidOperationException("No neighbors were asked for."));
}

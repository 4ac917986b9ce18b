using Peercast.Player.Session;
using Peercast.Player.Tests.Support;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Player.Tests.Session;

public sealed class OriginClientTests : IDisposable
{
    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(8);

    /// <summary>Where a fetch never ends, the test does.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A whole block of two bytes, and the beginning of another.</summary>
    private static readonly byte[] BlockAndAHalf = [0, 0, 0, 2, 7, 7, 0, 0, 0, 2, 7];

    /// <summary>A whole frame with a batch of two bytes, and the beginning of another.</summary>
    private static readonly byte[] FrameAndAHalf = [2, 0, 0, 0, 2, 7, 7, 2, 0, 0];

    private readonly ManualTime _time = new();
    private readonly SilentOrigin _origin = new();
    private readonly OriginClient _client;

    public OriginClientTests() => _client = new OriginClient(WatchLink.Parse(_origin.Link), new DownlinkShaper(0), _time);

    public void Dispose()
    {
        _client.Dispose();
        _origin.Dispose();
    }

    [Fact]
    public async Task GetDescriptorAsync_BreaksOff_IsAnOriginThatCannotBeReached()
    {
        Task<(ChannelDescriptor, TimeSpan)> descriptor = _client.GetDescriptorAsync(CancellationToken.None);
        await BreakOffAsync("{"u8.ToArray(), timers: 2);
        PlayerException failed = await Assert.ThrowsAsync<PlayerException>(() => descriptor.WaitAsync(Patience));
        Assert.Equal(ExitCode.OriginUnreachable, failed.Code);
        Assert.Contains("the answer broke off", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetInitAsync_BreaksOff_Fails()
    {
        Task<byte[]> init = _client.GetInitAsync(0, CancellationToken.None);
        await BreakOffAsync([1, 2, 3], timers: 2);
        await FailsAsync(init);
    }

    [Fact]
    public async Task JoinAsync_BreaksOff_HandsOverWhatCameAndFails()
    {
        var frames = new List<JoinFrame>();
        Task join = _client.JoinAsync(latencyMs: null, at: null, ticket: null, frames.Add, CancellationToken.None);
        await BreakOffAsync(FrameAndAHalf, timers: 4);
        await FailsAsync(join);
        Assert.Equal(JoinFrameKind.Batch, Assert.Single(frames).Kind);
    }

    [Fact]
    public async Task JoinAsync_PlaceInTheQueueBreaksOff_Fails()
    {
        Task join = _client.JoinAsync(latencyMs: null, at: null, ticket: null, _ => { }, CancellationToken.None);
        await BreakOffAsync("""{"reason":"queue","""u8.ToArray(), timers: 2, "503 Service Unavailable");
        await FailsAsync(join);
    }

    [Fact]
    public async Task FetchBatchesAsync_BreaksOff_HandsOverWhatCameAndFails()
    {
        var batches = new List<byte[]>();
        Task fetch = _client.FetchBatchesAsync(new ChunkId(5), Wait, batches.Add, CancellationToken.None);
        await BreakOffAsync(BlockAndAHalf, timers: 3);
        await FailsAsync(fetch);
        Assert.Equal([7, 7], Assert.Single(batches));
    }

    [Fact]
    public async Task FetchBatchesAsync_SilentForAsLongAsThePollMayWait_TakesTheAnswer()
    {
        var batches = new List<byte[]>();
        Task<OriginFetchResult> fetch = _client.FetchBatchesAsync(new ChunkId(5), Wait, batches.Add, CancellationToken.None);
        await _origin.TakeAsync();
        _time.Advance(ReplyTimeout + Wait - TimeSpan.FromSeconds(1));
        await _origin.AnswerAsync(BlockAndAHalf[..6], missing: 0);
        Assert.Equal(OriginFetchResult.Completed, await fetch);
        Assert.Equal([7, 7], Assert.Single(batches));
    }

    [Fact]
    public async Task FetchBatchesAsync_NoAnswerAtAll_Fails()
    {
        Task fetch = _client.FetchBatchesAsync(new ChunkId(5), Wait, _ => { }, CancellationToken.None);
        await _origin.TakeAsync();
        _time.Advance(ReplyTimeout + Wait);
        await FailsAsync(fetch, "no answer in time");
    }

    [Fact]
    public async Task GetInitAsync_CanceledAmidTheAnswer_IsNoTimeout()
    {
        using var stop = new CancellationTokenSource();
        Task init = _client.GetInitAsync(0, stop.Token);
        await _origin.TakeAsync();
        await _origin.AnswerAsync([1, 2, 3], missing: 1);
        await _time.TimersAsync(2);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => init);
    }

    [Fact]
    public async Task FetchBatches_AnswerBreaksOff_AreAskedForAgain()
    {
        var fetcher = new OriginFetcher(_client, CancellationToken.None);
        SwarmDriver? driver = null;
        using (driver = new SwarmDriver(
            new SwarmSession(new SwarmOptions(), new NoContent(), new Random(1)),
            new ConnectEffects(_ => { }, (from, wait) => fetcher.FetchBatches(driver!, from, wait))))
        {
            driver.Run((session, now) => session.Start(now, new ChunkId(5)));
            await BreakOffAsync(BlockAndAHalf, timers: 3);
            Assert.Contains("/batches?from=5&", await _origin.TakeAsync(), StringComparison.Ordinal);
        }
    }

    /// <summary>Answers in part, and lets time pass when the client waits for the rest: with so many timers set, one for each step of the reply.</summary>
    private async Task BreakOffAsync(byte[] part, int timers, string status = "200 OK")
    {
        await _origin.TakeAsync();
        await _origin.AnswerAsync(part, missing: 100, status);
        await _time.TimersAsync(timers);
        _time.Advance(ReplyTimeout);
    }

    private static async Task FailsAsync(Task fetch, string why = "the answer broke off") =>
        Assert.Equal(why, (await Assert.ThrowsAsync<TimeoutException>(() => fetch.WaitAsync(Patience))).Message);
}

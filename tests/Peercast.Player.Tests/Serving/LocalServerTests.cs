using System.Net;
using System.Net.Sockets;
using Peercast.Player.Media;
using Peercast.Player.Playback;
using Peercast.Player.Serving;
using Peercast.Player.Tests.Support;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Tests.Serving;

public sealed class LocalServerTests : IAsyncLifetime
{
    private readonly MediaWindow _window = new();
    private readonly FragmentedMedia _media = new(Ffmpeg.Fragment("h264-noaudio.mp4"));
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };
    private LocalServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await LocalServer.StartAsync(_window, port: 0);
        _window.OnInit(0, _media.Init);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _window.DisposeAsync();
        _client.Dispose();
    }

    [Fact]
    public async Task Stream_JoinedLate_StartsWithInitAndTheLatestSegment()
    {
        var start = _media.Chunks.FindIndex(c => c.Info.Segment == 3);
        _media.Deliver(_window, 0, start + 2);
        var whole = _client.GetByteArrayAsync(_server.StreamAddress);
        while (_window.Clients == 0)
            await Task.Yield();
        _media.Deliver(_window, start + 2);
        _window.OnEnd();

        var bytes = await whole;
        Assert.Equal(_media.Init.ToArray(), bytes[.._media.Init.Length]);
        var expected = _media.Chunks.Skip(start).Sum(c => c.Bytes.Length);
        Assert.Equal(_media.Init.Length + expected, bytes.Length);
    }

    [Fact]
    public async Task Stream_TwoClients_GetTheSame()
    {
        var first = _client.GetByteArrayAsync(_server.StreamAddress);
        var second = _client.GetByteArrayAsync(_server.StreamAddress);
        while (_window.Clients < 2)
            await Task.Yield();
        _media.Deliver(_window);
        _window.OnEnd();

        Assert.Equal(await first, await second);
        Assert.Equal(_media.Init.Length + _media.Chunks.Sum(c => c.Bytes.Length), (await first).Length);
    }

    [Fact]
    public async Task Stream_IngestRestart_GoesOnWithoutAJump()
    {
        var whole = _client.GetByteArrayAsync(_server.StreamAddress);
        while (_window.Clients == 0)
            await Task.Yield();
        _media.Deliver(_window);
        foreach (var (info, bytes) in _media.Restarted(_media.Chunks.Count, 100, new MediaTime(8_000_000)))
            _window.OnChunk(info, bytes);
        _window.OnEnd();

        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, await whole);
            var source = Ffmpeg.FrameHashes(Ffmpeg.Sample("h264-noaudio.mp4"));
            Assert.Equal([.. source, .. source], Ffmpeg.FrameHashes(path));
            Assert.Equal("16.000000", Ffmpeg.Run("ffprobe", ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path]).Trim());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Stream_JoinedBeforeTheChannelWasFound_StartsWithInit()
    {
        await using var window = new MediaWindow();
        var client = window.Join(() => { });
        window.OnInit(0, _media.Init);
        _media.Deliver(window);
        window.OnEnd();

        long length = 0;
        await foreach (var bytes in client.ReadAllAsync(CancellationToken.None))
        {
            if (length == 0)
                Assert.Equal(_media.Init.ToArray(), bytes.ToArray());
            length += bytes.Length;
        }

        Assert.Equal(_media.Init.Length + _media.Chunks.Sum(c => c.Bytes.Length), length);
    }

    [Fact]
    public void Stream_ClientThatDoesNotRead_IsDroppedAndTheOthersStay()
    {
        var dropped = false;
        var slow = _window.Join(() => dropped = true);
        var bytes = new byte[StreamClient.MaxQueuedBytes / 2];
        slow.Send(bytes);
        slow.Send(bytes);
        Assert.False(dropped);
        slow.Send(new byte[1]);

        Assert.True(dropped);
        Assert.True(slow.IsTooSlow);
        var other = _window.Join(() => { });
        _media.Deliver(_window, 0, 1);
        Assert.Equal(1, _window.Clients);
        Assert.False(other.IsClosed);
    }

    [Fact]
    public async Task Playlist_WholeChannel_PlaysInFfmpeg()
    {
        _media.Deliver(_window);
        _window.OnEnd();

        var playlist = await _client.GetStringAsync(_server.PlaylistAddress);
        Assert.Contains("#EXT-X-ENDLIST", playlist, StringComparison.Ordinal);
        Assert.Equal(8, playlist.Split("#EXTINF:").Length - 1);
        Assert.Equal(Ffmpeg.FrameHashes(Ffmpeg.Sample("h264-noaudio.mp4")), Ffmpeg.FrameHashes(_server.PlaylistAddress));
    }

    [Fact]
    public async Task Playlist_NoMediaYet_WaitsForTheFirstSegment()
    {
        var playlist = _client.GetStringAsync(_server.PlaylistAddress);
        _media.Deliver(_window, 0, _media.Chunks.FindIndex(c => c.Info.Segment == 1) + 1);

        var text = await playlist;
        Assert.Contains("segment-0.m4s", text, StringComparison.Ordinal);
        Assert.DoesNotContain("segment-1.m4s", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ENDLIST", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Playlist_LongChannel_HoldsTheLastMinute()
    {
        for (var round = 0; round < 10; round++)
        {
            foreach (var (info, bytes) in _media.Restarted(round * _media.Chunks.Count, round * 8, new MediaTime(round * 8_000_000L)))
                _window.OnChunk(info, bytes);
        }

        var playlist = await _client.GetStringAsync(_server.PlaylistAddress);
        Assert.InRange(playlist.Split("#EXTINF:").Length - 1, 58, 62);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync($"http://127.0.0.1:{_server.Port}/segment-0.m4s")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync($"http://127.0.0.1:{_server.Port}/segment-78.m4s")).StatusCode);
    }

    [Fact]
    public async Task Playlist_OtherCodecParameters_MarksTheDiscontinuity()
    {
        var other = new FragmentedMedia(Ffmpeg.Fragment("vfr.mp4"));
        var client = _window.Join(() => { });
        _media.Deliver(_window);
        _window.OnInit(1, other.Init);
        foreach (var (info, bytes) in other.Restarted(_media.Chunks.Count, 100, new MediaTime(8_000_000)))
            _window.OnChunk(info, bytes);
        _window.OnEnd();

        Assert.True(client.IsClosed);
        Assert.False(client.IsTooSlow);
        var playlist = await _client.GetStringAsync(_server.PlaylistAddress);
        Assert.Contains("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"init-1.mp4\"", playlist, StringComparison.Ordinal);
        Assert.Equal(other.Init.ToArray(), await _client.GetByteArrayAsync($"http://127.0.0.1:{_server.Port}/init-1.mp4"));
    }

    [Fact]
    public async Task Request_ForeignHostName_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.PlaylistAddress);
        request.Headers.Host = "evil.example";

        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await _client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task StartAsync_PortTaken_SaysWhatToDo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var failure = await Assert.ThrowsAsync<PlayerException>(() => LocalServer.StartAsync(_window, port));
        Assert.Equal(ExitCode.LocalResource, failure.Code);
        Assert.Contains("--port", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnSkip_LostPart_ServesOnlyWholeRuns()
    {
        var lost = _media.Chunks.FindIndex(c => c.Info.Segment == 1 && c.Info.Part == 2);
        _media.Deliver(_window, 0, lost);
        _window.OnSkip(new ChunkRange(new ChunkId(lost), new ChunkId(lost)));
        _media.Deliver(_window, lost + 1);
        _window.OnEnd();

        Assert.Equal(2, _window.GetSegment(1)!.Count);
        var boxes = new BoxReader(_window.GetSegment(2)![0].Span);
        Assert.True(boxes.Read());
        Assert.Equal(BoxType.Moof, boxes.Type);
    }
}

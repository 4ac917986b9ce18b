using System.Diagnostics;
using System.Net.Sockets;
using Peercast.Origin.Channels;
using Peercast.Protocol.Chunks;

namespace Peercast.Origin.Tests.Rtmp;

/// <summary>The listener with ffmpeg publishing to it.</summary>
public sealed class RtmpPublishTests
{
    [Fact]
    public async Task Publish_PassedThrough_PicturesAreTheSources()
    {
        await using var origin = await RtmpOrigin.StartAsync();
        Process publisher = origin.Publish($"live/{RtmpOrigin.FirstKey}", seconds: 3);
        Assert.Equal((0, ""), await RtmpOrigin.EndAsync(publisher));
        await RtmpOrigin.UntilAsync(() => !origin.First.IsPublishing);

        string[] source = await Samples.FrameHashesAsync(Samples.PathOf(Samples.H264));
        string[] taken = await Samples.FrameHashesAsync("pipe:0", Media(origin.First, 0));
        Assert.InRange(taken.Length, 70, 100);
        Assert.Equal(source[..taken.Length], taken);
    }

    [Fact]
    public async Task Publish_WithoutAudioAndWithBFrames_BothPlayAtOnce()
    {
        await using var origin = await RtmpOrigin.StartAsync();
        origin.Publish($"live/{RtmpOrigin.FirstKey}", sample: Samples.Silent);
        origin.Publish($"live/{RtmpOrigin.SecondKey}?token=1", sample: Samples.BFrames);
        await RtmpOrigin.UntilAsync(() => origin.First.Store.LiveEdge > 3 && origin.Second.Store.LiveEdge > 3);
        Assert.Equal((ChannelState.Live, ChannelState.Live), (origin.First.State, origin.Second.State));
    }

    [Theory]
    [InlineData("live/wrong-key")]
    [InlineData("live")]
    public async Task Publish_WrongKey_IsRefusedWithATextThePublisherShows(string path)
    {
        await using var origin = await RtmpOrigin.StartAsync();
        (int exit, string errors) = await RtmpOrigin.EndAsync(origin.Publish(path));
        Assert.NotEqual(0, exit);
        Assert.Contains("tream key", errors);
        Assert.False(origin.First.IsPublishing);
    }

    [Fact]
    public async Task Publish_KeyIsInUse_SecondIsRefusedAndFirstGoesOn()
    {
        await using var origin = await RtmpOrigin.StartAsync();
        origin.Publish($"live/{RtmpOrigin.FirstKey}");
        await RtmpOrigin.UntilAsync(() => origin.First.Store.LiveEdge > 0);
        (int exit, string errors) = await RtmpOrigin.EndAsync(origin.Publish($"live/{RtmpOrigin.FirstKey}"));
        Assert.NotEqual(0, exit);
        Assert.Contains("already has a publisher", errors);
        long edge = origin.First.Store.LiveEdge;
        await RtmpOrigin.UntilAsync(() => origin.First.Store.LiveEdge > edge + 2);
    }

    [Fact]
    public async Task Publish_DropsAndReturns_ChannelGoesOnWithADiscontinuity()
    {
        await using var origin = await RtmpOrigin.StartAsync();
        Process publisher = origin.Publish($"live/{RtmpOrigin.FirstKey}");
        await RtmpOrigin.UntilAsync(() => origin.First.Store.LiveEdge > 3);
        publisher.Kill();
        origin.Publish($"live/{RtmpOrigin.FirstKey}");
        await RtmpOrigin.UntilAsync(() => Discontinuities(origin.First).Count == 1);
        long again = Discontinuities(origin.First)[0];
        Assert.InRange(again, 4, long.MaxValue);
        await RtmpOrigin.UntilAsync(() => origin.First.Store.LiveEdge > again + 3);
        await AssertPlaysAsync(Media(origin.First, again));
    }

    [Fact]
    public async Task Publish_FfmpegDies_NextOneIsFedFromTheNextKeyframe()
    {
        using var folder = new TemporaryFolder();
        string pids = Path.Combine(folder.Path, "pids");
        string wrapper = Path.Combine(folder.Path, "ffmpeg");
        await File.WriteAllTextAsync(wrapper, $"#!/bin/sh\necho $$ >> '{pids}'\nexec ffmpeg \"$@\"\n");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "ffprobe"), "#!/bin/sh\nexec ffprobe \"$@\"\n");
        foreach (string script in new[] { wrapper, Path.Combine(folder.Path, "ffprobe") })
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await using var origin = await RtmpOrigin.StartAsync(o => o.Ffmpeg = wrapper);
        Process publisher = origin.Publish($"live/{RtmpOrigin.FirstKey}");
        await RtmpOrigin.UntilAsync(() => origin.First.Store.LiveEdge > 3);
        int pid = int.Parse((await File.ReadAllLinesAsync(pids))[^1]);
        Process.GetProcessById(pid).Kill();
        await RtmpOrigin.UntilAsync(() => Discontinuities(origin.First).Count == 1);
        long again = Discontinuities(origin.First)[0];
        await RtmpOrigin.UntilAsync(() => origin.First.Store.LiveEdge > again + 3);
        Assert.False(publisher.HasExited);
        await AssertPlaysAsync(Media(origin.First, again));
    }

    [Fact]
    public async Task Listener_MalformedBytes_CloseThatConnectionAlone()
    {
        await using var origin = await RtmpOrigin.StartAsync();
        Process publisher = origin.Publish($"live/{RtmpOrigin.FirstKey}");
        await RtmpOrigin.UntilAsync(() => origin.First.Store.LiveEdge > 0);
        var random = new Random(4);
        for (int i = 0; i < 200; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", origin.Port);
            byte[] bytes = new byte[random.Next(1, 6_000)];
            random.NextBytes(bytes);
            bytes[0] = (byte)(i % 4 == 0 ? bytes[0] : 3);
            try
            {
                await socket.SendAsync(bytes);
                if (i % 10 == 0 && i % 4 == 0 && bytes[0] != 3)
                {
                    Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
                }
            }
            catch (SocketException)
            {
                // It was closed while it was still sending.
            }
        }

        long edge = origin.First.Store.LiveEdge;
        await RtmpOrigin.UntilAsync(() => origin.First.Store.LiveEdge > edge + 2);
        Assert.False(publisher.HasExited);
    }

    [Fact]
    public async Task Listener_TooManyOfOneAddress_TurnsFurtherOnesAway()
    {
        await using var origin = await RtmpOrigin.StartAsync(o => o.MaxPublishersPerAddress = 2);
        var sockets = Enumerable.Range(0, 3).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (Socket socket in sockets)
        {
            await socket.ConnectAsync("127.0.0.1", origin.Port);
        }

        int read;
        try
        {
            read = await sockets[2].ReceiveAsync(new byte[1]);
        }
        catch (SocketException)
        {
            read = 0;
        }

        Assert.Equal(0, read);
        Assert.Equal(0, sockets[0].Available);
        sockets.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task Start_PortIsTaken_NamesTheOption()
    {
        await using var origin = await RtmpOrigin.StartAsync();
        var e = await Assert.ThrowsAsync<OriginStartException>(() => RtmpOrigin.StartAsync(o => o.RtmpPort = origin.Port));
        Assert.Contains("Peercast:RtmpPort", e.Message);
        Assert.Contains(origin.Port.ToString(), e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    private static List<long> Discontinuities(Channel channel)
    {
        var found = new List<long>();
        for (long id = channel.Store.FirstChunk + 1; id <= channel.Store.LiveEdge; id++)
        {
            if (channel.Store.Find(id, out StoredChunk? chunk) == ChunkAvailability.Found && (chunk!.Info.Flags & ChunkFlags.Discontinuity) != 0 && id > 0)
            {
                found.Add(id);
            }
        }

        return found;
    }

    private static async Task AssertPlaysAsync(byte[] media) =>
        Assert.InRange((await Samples.FrameHashesAsync("pipe:0", media)).Length, 5, 10_000);

    private static byte[] Media(Channel channel, long from)
    {
        var bytes = new List<byte>(channel.Store.LatestInit!.Segment.Bytes.ToArray());
        for (long id = from; id <= channel.Store.LiveEdge; id++)
        {
            Assert.Equal(ChunkAvailability.Found, channel.Store.Find(id, out StoredChunk? chunk));
            bytes.AddRange(channel.Store.Read(chunk!).Span);
        }

        return [.. bytes];
    }
}

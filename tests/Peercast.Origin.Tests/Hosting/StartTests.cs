using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Peercast.Origin.Tests.Http;

namespace Peercast.Origin.Tests.Hosting;

public sealed class StartTests
{
    [Fact]
    public async Task Map_WithoutAdd_NamesTheMend()
    {
        await using WebApplication app = WebApplication.CreateSlimBuilder().Build();
        var fault = Assert.Throws<InvalidOperationException>(() => app.MapPeercastOrigin());
        Assert.Contains("AddPeercastOrigin", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_MissingFfmpeg_SaysHowToGetIt()
    {
        var fault = await Assert.ThrowsAsync<OriginStartException>(() => OriginApp.StartAsync(o => o.Ffmpeg = "/nowhere/ffmpeg"));
        Assert.Contains("apt-get install ffmpeg", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_MissingFile_NamesChannelAndFile()
    {
        var fault = await Assert.ThrowsAsync<OriginStartException>(
            () => OriginApp.StartAsync(o => o.Channels["demo"] = new ChannelOptions { File = "/nowhere/film.mp4" }));
        Assert.Contains("'demo'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere/film.mp4", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DataFolderThatCannotBeOne_SaysSo()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "in the way");
        var fault = await Assert.ThrowsAsync<OriginStartException>(() => OriginApp.StartAsync(o =>
        {
            o.DataFolder = file;
            o.Channels["live"] = new ChannelOptions();
        }));
        Assert.Contains("Peercast:DataFolder", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DataFolderOfAnotherOrigin_SaysSoUntilThatOneIsStopped()
    {
        using var folder = new TemporaryFolder();
        void Configure(PeercastOriginOptions options)
        {
            options.DataFolder = folder.Path;
            options.Channels["live"] = new ChannelOptions();
        }

        await using (await OriginApp.StartAsync(Configure))
        {
            // The first of its channels is its own, the second is not; neither is held by the one that could not start.
            var fault = await Assert.ThrowsAsync<OriginStartException>(() => OriginApp.StartAsync(o =>
            {
                Configure(o);
                o.Channels["extra"] = new ChannelOptions();
            }));
            Assert.Contains("used by another origin", fault.Message, StringComparison.Ordinal);
        }

        await using OriginApp after = await OriginApp.StartAsync(o =>
        {
            Configure(o);
            o.Channels["extra"] = new ChannelOptions();
        });
        Assert.NotNull(after.Channel("live"));
    }

    [Fact]
    public async Task Start_ProcessKilledWhileItHeldTheFolder_StartsAgain()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        string file = Path.Combine(Directory.CreateDirectory(Path.Combine(folder.Path, "channels", "live")).FullName, ".lock");
        void Configure(PeercastOriginOptions options)
        {
            options.DataFolder = folder.Path;
            options.Channels["live"] = new ChannelOptions();
        }

        // Another process holds the file as an origin does, says so, and is killed.
        using (var holder = Process.Start(new ProcessStartInfo("flock", ["--no-fork", file, "cat"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!)
        {
            await holder.StandardInput.WriteLineAsync("held");
            await holder.StandardInput.FlushAsync();
            Assert.Equal("held", await holder.StandardOutput.ReadLineAsync());
            var fault = await Assert.ThrowsAsync<OriginStartException>(() => OriginApp.StartAsync(Configure));
            Assert.Contains("used by another origin", fault.Message, StringComparison.Ordinal);
            holder.Kill();
            await holder.WaitForExitAsync();
        }

        await using OriginApp app = await OriginApp.StartAsync(Configure);
        Assert.NotNull(app.Channel("live"));
    }

    [Fact]
    public async Task Start_WrongOptions_ListsEachWithItsBounds()
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => OriginApp.StartAsync(o => o.RingSeconds = 5));
        Assert.Contains(fault.Failures, f => f.Contains("Peercast:RingSeconds is 5 and must be 10 to 3600", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Validate_WrongKnob_NamesIt(string knob, Action<PeercastOriginOptions> set)
    {
        var options = new PeercastOriginOptions();
        Assert.True(new PeercastOriginOptionsValidator().Validate(null, options).Succeeded);
        set(options);
        ValidateOptionsResult result = new PeercastOriginOptionsValidator().Validate(null, options);
        Assert.Contains(knob, result.FailureMessage, StringComparison.Ordinal);
    }

    public static TheoryData<string, Action<PeercastOriginOptions>> Wrong() => new()
    {
        { "RingBytes", o => o.RingBytes = 5 },
        { "PartDurationMs", o => o.PartDurationMs = 10 },
        { "BatchDurationMs", o => o.BatchDurationMs = 100 },
        { "TargetLatencyMs", o => o.TargetLatencyMs = 31_000 },
        { "RtmpPort", o => o.RtmpPort = 70_000 },
        { "HttpPort", o => o.HttpPort = -1 },
        { "StunPort", o => o.StunPort = -1 },
        { "StallSeconds", o => o.StallSeconds = 0 },
        { "MaxWaitMs", o => o.MaxWaitMs = -1 },
        { "PushIdleSeconds", o => o.PushIdleSeconds = 0 },
        { "DataFolder", o => o.DataFolder = " " },
        { "Ffmpeg", o => o.Ffmpeg = "" },
        { "Listen", o => o.Listen = "everywhere" },
        { "Tracker:MaxConnections", o => o.Tracker.MaxConnections = 0 },
        { "no channel name", o => o.Channels["../x"] = new ChannelOptions() },
        { "Once needs a File", o => o.Channels["x"] = new ChannelOptions { Once = true } },
        { "StreamKey must have", o => o.Channels["x"] = new ChannelOptions { StreamKey = "short" } },
        { "everybody knows", o => o.Channels["longenough"] = new ChannelOptions { StreamKey = "LongEnough" } },
        { "another channel's", o => o.Channels["a"] = o.Channels["b"] = new ChannelOptions { StreamKey = "12345678" } },
    };
}

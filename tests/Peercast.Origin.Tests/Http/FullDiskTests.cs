using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Peercast.Origin.Channels;

namespace Peercast.Origin.Tests.Http;

/// <summary>The origin's own disk is full, with the real ffmpeg in front of it.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task LoopedFile_DiskFull_IsToldAndGoesOnWhenThereIsRoom()
    {
        using var data = new TemporaryFolder();
        using var log = new CollectingLog();
        string inTheWay = data.FillDiskUnder("channels/demo/position.txt.new");
        await using OriginApp app = await OriginApp.StartAsync(
            o =>
            {
                o.DataFolder = data.Path;
                o.Channels["demo"] = new ChannelOptions { File = Samples.PathOf(Samples.H264) };
            },
            services => services.AddSingleton<TimeProvider>(new ShortPause()).AddSingleton<ILoggerProvider>(log));
        Channel channel = app.Channel("demo");
        await OriginApp.EventuallyAsync(() => channel.Fault is not null && channel.State == ChannelState.Offline, "the fault is told");
        Assert.Contains("No space left", channel.Fault, StringComparison.Ordinal);
        Assert.Equal(0, channel.Store.ChunksProduced);

        File.Delete(inTheWay);
        await OriginApp.EventuallyAsync(() => channel.Store.ChunksProduced > 0, "the channel goes on");
        Assert.Null(channel.Fault);
        Assert.Equal(ChannelState.Live, channel.State);
        Assert.Single(log.Lines, l => l.Contains("No space left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Push_DiskFull_IsToldThatTheOriginFailed()
    {
        using var data = new TemporaryFolder();
        using var log = new CollectingLog();
        data.FillDiskUnder("channels/live/position.txt.new");
        await using OriginApp app = await OriginApp.StartAsync(
            o =>
            {
                o.DataFolder = data.Path;
                o.Channels["live"] = new ChannelOptions { StreamKey = "the-right-key" };
            },
            services => services.AddSingleton<ILoggerProvider>(log));
        byte[] stream = await Samples.RunAsync("ffmpeg", ["-v", "error", "-i", Samples.PathOf(Samples.H264), "-c", "copy", "-f", "matroska", "pipe:1"]);
        using HttpResponseMessage reply = await app.PushAsync("live", "the-right-key", new ByteArrayContent(stream));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
        using JsonDocument answer = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());
        string error = answer.RootElement.GetProperty("error").GetString()!;
        Assert.Contains("log", error, StringComparison.Ordinal);
        Assert.DoesNotContain(data.Path, error, StringComparison.Ordinal);
        Assert.Equal(error, app.Channel("live").Fault);
        Assert.Single(log.Lines, l => l.Contains("Channel live", StringComparison.Ordinal) && l.Contains("No space left", StringComparison.Ordinal));
        Assert.False(app.Channel("live").IsPublishing);
    }

    /// <summary>The pause before a channel is tried again takes no time; all else takes its own.</summary>
    private sealed class ShortPause : TimeProvider
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == Pause ? TimeSpan.FromMilliseconds(10) : dueTime, period);
    }

    private sealed class CollectingLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        /// <summary>Warnings and errors.</summary>
        public IEnumerable<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                _lines.Enqueue($"{formatter(state, exception)} {exception?.Message}");
            }
        }

        public void Dispose()
        {
        }
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peercast.Origin.Channels;

namespace Peercast.Origin.Tests.Rtmp;

/// <summary>An origin with two channels that wait for publishers, on loopback, and ffmpeg as the publisher.</summary>
internal sealed class RtmpOrigin : IAsyncDisposable
{
    public const string FirstKey = "first-channels-key";
    public const string SecondKey = "second-channels-key";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _publishers = [];
    private readonly IHost _host;

    private RtmpOrigin(Action<PeercastOriginOptions>? configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        Port = FreePort();
        builder.Services.AddPeercastOrigin(o =>
        {
            o.DataFolder = _folder.Path;
            o.RtmpPort = Port;
            o.StunPort = 0;
            o.Channels["first"] = new ChannelOptions { StreamKey = FirstKey };
            o.Channels["second"] = new ChannelOptions { StreamKey = SecondKey };
            configure?.Invoke(o);
        });
        _host = builder.Build();
        var channels = _host.Services.GetRequiredService<ChannelRegistry>();
        First = channels.Find("first")!;
        Second = channels.Find("second")!;
    }

    public int Port { get; }

    public Channel First { get; }

    public Channel Second { get; }

    public static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    public static async Task<RtmpOrigin> StartAsync(Action<PeercastOriginOptions>? configure = null)
    {
        var origin = new RtmpOrigin(configure);
        await origin._host.StartAsync();
        return origin;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process publisher in _publishers)
        {
            publisher.Kill();
            publisher.Dispose();
        }

        await _host.StopAsync();
        _host.Dispose();
        _folder.Dispose();
    }

    /// <summary>Starts ffmpeg as a publisher in real time.</summary>
    public Process Publish(string path, double? seconds = null, string sample = Samples.H264)
    {
        string[] limit = seconds is { } s ? ["-t", s.ToString()] : [];
        var info = new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-re", "-stream_loop", "-1", "-i", Samples.PathOf(sample), .. limit, "-c", "copy", "-f", "flv", $"rtmp://127.0.0.1:{Port}/{path}"])
        {
            RedirectStandardError = true,
        };
        Process process = Process.Start(info)!;
        _publishers.Add(process);
        return process;
    }

    /// <summary>What a publisher said until it ended.</summary>
    public static async Task<(int ExitCode, string Errors)> EndAsync(Process publisher)
    {
        using var limit = new CancellationTokenSource(Patience);
        string errors = await publisher.StandardError.ReadToEndAsync(limit.Token);
        await publisher.WaitForExitAsync(limit.Token);
        return (publisher.ExitCode, errors);
    }

    /// <summary>Waits until something real processes do has come true.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"It took more than {Patience.TotalSeconds} s.");
            await Task.Delay(20);
        }
    }
}

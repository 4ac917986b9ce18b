using System.Diagnostics;
using System.Runtime.CompilerServices;
using Peercast.Origin.Ingest;

namespace Peercast.Origin.Tests;

/// <summary>The clips of media-samples/ and the real ffmpeg.</summary>
internal static class Samples
{
    public const string H264 = "h264-aac-720p.mp4";
    public const string BFrames = "h264-bframes-gop4s.mp4";
    public const string Silent = "h264-noaudio.mp4";
    public const string Hevc = "hevc.mp4";
    public const string Webm = "vp9-opus.webm";

    private static readonly string Folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "media-samples"));

    public static string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Runs a program to its end and gives its standard output.</summary>
    public static async Task<byte[]> RunAsync(string program, IEnumerable<string> arguments, byte[]? input = null)
    {
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using Process process = Process.Start(info)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using CancellationTokenRegistration kill = limit.Token.Register(() => process.Kill(entireProcessTree: true));
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Task feed = FeedAsync(process, input);
        var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output, CancellationToken.None);
        await feed;
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.False(limit.IsCancellationRequested, $"{program} took more than two minutes: {await errors}");
        return output.ToArray();
    }

    /// <summary>ffmpeg's output as the origin asks for it, passed through.</summary>
    public static Task<byte[]> FragmentAsync(string name, string? audio = "aac") =>
        RunAsync("ffmpeg", FfmpegArguments.FromFile(PathOf(name), loop: false, new MediaProfile("h264", "yuv420p", audio), 200));

    /// <summary>The hash of each decoded picture.</summary>
    public static async Task<string[]> FrameHashesAsync(string input, byte[]? piped = null)
    {
        byte[] text = await RunAsync("ffmpeg", ["-v", "error", "-i", input, "-map", "0:v:0", "-vsync", "0", "-f", "framemd5", "pipe:1"], piped);
        return [.. System.Text.Encoding.ASCII.GetString(text).Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l[(l.LastIndexOf(',') + 1)..].Trim())];
    }

    private static async Task FeedAsync(Process process, byte[]? input)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input ?? []);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has seen enough.
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}

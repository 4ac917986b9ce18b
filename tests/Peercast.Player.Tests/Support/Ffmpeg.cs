using System.Diagnostics;

namespace Peercast.Player.Tests.Support;

/// <summary>The real ffmpeg, which tests/setup.sh installs: makes the input and judges the output.</summary>
internal static class Ffmpeg
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    /// <summary>A file of media-samples/.</summary>
    public static string Sample(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Peercast.sln")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, "media-samples", name);
    }

    /// <summary>A sample as the origin passes it through: fragmented MP4 with parts of about 200 ms.</summary>
    public static byte[] Fragment(string sample, params string[] outputOptions)
    {
        var path = Path.GetTempFileName();
        try
        {
            Run("ffmpeg", ["-v", "error", "-y", "-i", Sample(sample), "-c", "copy", .. outputOptions, "-f", "mp4",
                "-movflags", "frag_keyframe+empty_moov+default_base_moof", "-frag_duration", "200000", path]);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The hash of every frame of one stream, in order: ffmpeg's framemd5 without its times.</summary>
    public static string[] FrameHashes(string path, string stream = "v:0")
    {
        var text = Run("ffmpeg", ["-v", "error", "-i", path, "-map", $"0:{stream}", "-c", "copy", "-f", "framemd5", "-"]);
        return [.. text.Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l[(l.LastIndexOf(',') + 1)..].Trim())];
    }

    /// <summary>Runs a program; its standard output. Fails on an exit code other than 0, on anything on standard error, and after a minute.</summary>
    public static string Run(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(_limit))
        {
            process.Kill();
            throw new TimeoutException($"{program} {string.Join(' ', arguments)}");
        }

        Assert.Equal("", error.Result);
        Assert.Equal(0, process.ExitCode);
        return output.Result;
    }
}

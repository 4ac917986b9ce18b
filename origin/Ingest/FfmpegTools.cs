using Microsoft.Extensions.Options;

namespace Peercast.Origin.Ingest;

/// <summary>Where ffmpeg and ffprobe are.</summary>
internal sealed class FfmpegTools(IOptions<PeercastOriginOptions> options)
{
    /// <summary>Full path of ffmpeg, or <see langword="null"/> when it is not installed.</summary>
    public string? Ffmpeg { get; } = Find(options.Value.Ffmpeg);

    /// <summary>Full path of ffprobe: beside ffmpeg, or in PATH.</summary>
    public string? Ffprobe { get; } = FindProbe(options.Value.Ffmpeg);

    /// <summary>Both are there.</summary>
    public bool IsInstalled => Ffmpeg is not null && Ffprobe is not null;

    /// <summary>Throws a message that names the mend.</summary>
    /// <exception cref="OriginStartException">One of them is missing.</exception>
    public void Require()
    {
        if (!IsInstalled)
        {
            throw new OriginStartException(
                $"{(Ffmpeg is null ? "ffmpeg" : "ffprobe")} was not found. Install it (Debian, Ubuntu: apt-get install ffmpeg) or set Peercast:Ffmpeg to its full path.");
        }
    }

    private static string? FindProbe(string ffmpeg)
    {
        string name = OperatingSystem.IsWindows() ? "ffprobe.exe" : "ffprobe";
        string? folder = Path.GetDirectoryName(ffmpeg);
        string beside = Path.Combine(folder ?? "", name);
        return folder is { Length: > 0 } && File.Exists(beside) ? Path.GetFullPath(beside) : Find("ffprobe");
    }

    private static string? Find(string program)
    {
        if (program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return File.Exists(program) ? Path.GetFullPath(program) : null;
        }

        string file = OperatingSystem.IsWindows() && !program.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? program + ".exe" : program;
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists);
    }
}

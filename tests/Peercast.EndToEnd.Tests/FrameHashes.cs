namespace Peercast.EndToEnd.Tests;

/// <summary>The hash of every frame of a file as ffmpeg's framemd5 gives it, without the times.</summary>
internal static class FrameHashes
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Of one stream, in the file's order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stream">As ffmpeg names it: <c>v:0</c> or <c>a:0</c>.</param>
    public static async Task<string[]> OfAsync(string path, string stream)
    {
        IEnumerable<string> lines = await RunningProgram.RunAsync(
            "ffmpeg", ["-v", "error", "-i", path, "-map", $"0:{stream}", "-c", "copy", "-f", "framemd5", "-"], Limit);
        return [.. lines.Where(line => line[0] != '#').Select(line => line[(line.LastIndexOf(',') + 1)..].Trim())];
    }

    /// <summary>Whether <paramref name="run"/> is what <paramref name="source"/>, played over and over, shows from some frame on.</summary>
    public static bool IsRunOf(string[] run, string[] source) => Enumerable.Range(0, source.Length)
        .Any(first => run.Select((hash, i) => hash == source[(first + i) % source.Length]).All(same => same));
}

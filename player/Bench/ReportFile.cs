namespace Peercast.Player.Bench;

/// <summary>Where the JSON report goes.</summary>
internal static class ReportFile
{
    /// <summary>Finds out before the run that the report could not be written after it.</summary>
    public static void Check(string? path) => Guard(path, p =>
    {
        bool existed = File.Exists(p);
        File.Open(p, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
        if (!existed)
        {
            File.Delete(p);
        }
    });

    /// <summary>Writes it.</summary>
    public static void Write(BenchReport report, string? path) => Guard(path, report.Write);

    private static void Guard(string? path, Action<string> use)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            use(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new PlayerException(ExitCode.LocalResource, $"The report cannot be written to {path} ({e.Message}): choose another file with --json.", e);
        }
    }
}

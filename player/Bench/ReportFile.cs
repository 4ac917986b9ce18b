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

    /// <summary>Turns what goes wrong with a file into a message that names the file, and the option that chose it.</summary>
    /// <exception cref="PlayerException">The file cannot be written.</exception>
    public static T Guard<T>(string path, string what, string option, Func<string, T> use)
    {
        try
        {
            return use(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new PlayerException(ExitCode.LocalResource, $"The {what} cannot be written to {path} ({e.Message}): choose another file with {option}.", e);
        }
    }

    private static void Guard(string? path, Action<string> use)
    {
        if (path is not null)
        {
            _ = Guard(path, "report", "--json", p =>
            {
                use(p);
                return true;
            });
        }
    }
}

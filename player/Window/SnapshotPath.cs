using System.Globalization;

namespace Peercast.Player.Window;

/// <summary>Where snapshots go: the user's Pictures folder, or the current folder where there is none.</summary>
internal static class SnapshotPath
{
    /// <summary>A path that no file has yet.</summary>
    public static string Next(string title, DateTime now)
    {
        var pictures = Environment.GetFolderPath(Environment.SpecialFolder.MyPictures);
        return Next(Directory.Exists(pictures) ? pictures : Environment.CurrentDirectory, title, now);
    }

    /// <summary>A path in <paramref name="folder"/> that no file has yet; a title's other characters become dashes.</summary>
    internal static string Next(string folder, string title, DateTime now)
    {
        const int MaxTitle = 60;
        var safe = string.Concat(title.Take(MaxTitle).Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).Trim('-', '.');
        var name = $"{(safe.Length == 0 ? "peercast" : safe)}-{now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        var path = Path.Combine(folder, name + ".png");
        for (var i = 2; File.Exists(path); i++)
            path = Path.Combine(folder, $"{name}-{i}.png");
        return path;
    }
}

namespace Peercast.Repository.Tests;

/// <summary>The files of this repository, without what builds, tools and version control put beside them.</summary>
internal static class RepositoryFiles
{
    private static readonly HashSet<string> Passed = new(StringComparer.Ordinal)
    {
        ".git", ".vs", ".idea", "bin", "obj", "TestResults", "node_modules", "data",
    };

    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root, with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Enumerate(Root).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Under(string folder, string extension) =>
        All.Where(path => path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(extension, StringComparison.Ordinal));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<string> Enumerate(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder)
                .Where(child => !Passed.Contains(Path.GetFileName(child)) && !IsRepositoryOfItsOwn(child))
                .SelectMany(Enumerate));

    private static bool IsRepositoryOfItsOwn(string folder) => Path.Exists(Path.Combine(folder, ".git"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Peercast.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Peercast.sln above {AppContext.BaseDirectory}.");
    }
}

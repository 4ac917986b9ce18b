namespace Peercast.EndToEnd.Tests;

/// <summary>Finds the repository's files from wherever the tests run.</summary>
internal static class RepositoryFiles
{
    private static string Root { get; } = FindRoot();

    /// <summary>A file of media-samples/.</summary>
    public static string Sample(string name) => Path.Combine(Root, "media-samples", name);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Peercast.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not run below the repository's root.");
    }
}

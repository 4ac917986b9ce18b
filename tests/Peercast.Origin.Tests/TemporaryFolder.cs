namespace Peercast.Origin.Tests;

/// <summary>A folder that goes away.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("peercast-test-").FullName;

    /// <summary>From now on the file <paramref name="name"/> is written to a disk that is full.</summary>
    /// <returns>The file: the disk has room again when it is deleted.</returns>
    public string FillDiskUnder(string name)
    {
        string file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.CreateSymbolicLink(file, "/dev/full");
        return file;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that is just ending may still hold a file.
        }
    }
}

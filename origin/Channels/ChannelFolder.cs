using System.Security.Cryptography;
using System.Text;

namespace Peercast.Origin.Channels;

/// <summary>
/// The files that one channel keeps: its signing key, its stream key, where its numbering stands and, when recorded, its
/// chunks. Only the owner may read them, and one origin at a time may use them: two would sign different chunks under the
/// same numbers.
/// </summary>
internal sealed class ChannelFolder : IDisposable
{
    // What opening a file says that another holds: ERROR_SHARING_VIOLATION, EAGAIN of Linux, EAGAIN of macOS and BSD.
    private static readonly int[] HeldElsewhere = [unchecked((int)0x80070020), 11, 35];

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    /// <summary>Creates the folder where it is missing, and holds it until disposed.</summary>
    /// <exception cref="OriginStartException">It cannot be created or written, or another origin holds it.</exception>
    public ChannelFolder(string dataFolder, string channel)
    {
        Path = System.IO.Path.Combine(dataFolder, "channels", channel);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(Path);
            }
            else
            {
                Directory.CreateDirectory(Path, OwnerOnly | UnixFileMode.UserExecute);
            }

            // Said now, in one line, rather than by the first write an hour from now.
            string probe = File(".probe");
            System.IO.File.WriteAllBytes(probe, []);
            System.IO.File.Delete(probe);

            // The operating system lets go of it however this process ends; the file itself stays and means nothing.
            _lock = new FileStream(File(".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (HeldElsewhere.Contains(e.HResult))
        {
            throw new OriginStartException(
                $"The channel folder '{Path}' is used by another origin. Stop that one, or set Peercast:DataFolder to another folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OriginStartException(
                $"The data folder '{dataFolder}' cannot be written ({e.Message}). Give its owner write access or set Peercast:DataFolder to another folder.", e);
        }
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The channel's signing key, created at first use.</summary>
    public ECDsa LoadKey()
    {
        string path = File("key.pem");
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            if (System.IO.File.Exists(path))
            {
                key.ImportFromPem(System.IO.File.ReadAllText(path));
                return key.KeySize == 256 ? key : throw new CryptographicException("it is no P-256 key");
            }

            Write(path, key.ExportPkcs8PrivateKeyPem());
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new OriginStartException(
                $"The channel key '{path}' cannot be used ({e.Message}). Restore it from a backup, or delete it: the channel then gets a new key and new watch links.", e);
        }
    }

    /// <summary>The secret of the publisher, created at first use: 160 random bits, unrelated to the channel's public name and key.</summary>
    public string LoadStreamKey()
    {
        string path = File("stream-key.txt");
        try
        {
            if (System.IO.File.Exists(path) && System.IO.File.ReadAllText(path).Trim() is { Length: > 0 } stored)
            {
                return stored;
            }

            string key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
            Write(path, key + "\n");
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OriginStartException($"The stream key file '{path}' cannot be used ({e.Message}).", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    /// <summary>A file of the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Replaces a file whole: a crash leaves the old or the new one, never half of one.</summary>
    public static void Write(string path, string content)
    {
        string next = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var stream = new FileStream(next, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(content));
            stream.Flush(flushToDisk: true);
        }

        System.IO.File.Move(next, path, overwrite: true);
    }
}

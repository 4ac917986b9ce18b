using System.Security.Cryptography;

namespace Peercast.Origin.Tracker;

/// <summary>What the resume tokens are made with.</summary>
/// <param name="Value">At least 16 bytes.</param>
internal sealed record TrackerSecret(ReadOnlyMemory<byte> Value)
{
    private const int Length = 32;

    /// <summary>One that lasts as long as the process.</summary>
    public static TrackerSecret Create() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>
    /// The one kept in a file, so that viewers keep their ids when the origin restarts; made when there is none. Where the
    /// file can neither be read nor written, one that lasts as long as the process: a new id is no reason to fail.
    /// </summary>
    public static TrackerSecret LoadOrCreate(string path)
    {
        try
        {
            if (File.Exists(path) && File.ReadAllBytes(path) is { Length: Length } kept)
            {
                return new TrackerSecret(kept);
            }

            TrackerSecret secret = Create();
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, options);
            file.Write(secret.Value.Span);
            return secret;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Create();
        }
    }
}

using Microsoft.Win32.SafeHandles;

namespace Peercast.Origin.Channels;

/// <summary>The chunks of a recorded channel, one behind the other in one file.</summary>
internal sealed class ChunkFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private long _length;

    /// <summary>Begins an empty file.</summary>
    public ChunkFile(string path) =>
        _file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, FileOptions.RandomAccess);

    /// <summary>Adds a chunk. One writer at a time.</summary>
    /// <returns>Where it is.</returns>
    public long Append(ReadOnlySpan<byte> data)
    {
        long at = _length;
        RandomAccess.Write(_file, data, at);
        _length = at + data.Length;
        return at;
    }

    /// <summary>Reads a chunk. Any number of readers.</summary>
    public byte[] Read(long at, int length)
    {
        byte[] data = new byte[length];
        for (int got = 0; got < length;)
        {
            int read = RandomAccess.Read(_file, data.AsSpan(got), at + got);
            got += read > 0 ? read : throw new EndOfStreamException("The recording was cut short by another process.");
        }

        return data;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}

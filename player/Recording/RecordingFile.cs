using System.Buffers.Binary;
using Peercast.Player.Media;
using Peercast.Player.Playback;

namespace Peercast.Player.Recording;

/// <summary>
/// One MP4 file that grows. While it grows it is fragmented MP4 that plays as far as it goes, so that a crash loses
/// nothing; when it is finished, an index behind the media makes it an ordinary MP4, in which every player can seek.
/// </summary>
/// <remarks>
/// Layout: <c>ftyp</c>, a <c>free</c> box of 16 bytes, the init segment's <c>moov</c>, fragments. Finishing appends
/// another <c>moov</c> and turns the <c>free</c> box's header into that of an <c>mdat</c> over all between them. Times are
/// shifted to begin at 0.
/// </remarks>
internal sealed class RecordingFile : IDisposable
{
    private const int PlaceholderLength = 16;

    private readonly FileStream _file;
    private readonly InitSegment _init;
    private readonly Dictionary<uint, TrackTable> _tables;
    private readonly long _placeholder;
    private readonly FragmentRebaser _rebaser;

    /// <summary>Creates the file and writes the init segment.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public RecordingFile(string path, InitSegment init)
    {
        _init = init;
        _rebaser = new FragmentRebaser(init);
        _tables = init.Tracks.ToDictionary(t => t.Id, t => new TrackTable(t));
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 256 * 1024);
        try
        {
            _file.Write(init.FileType.Span);
            _placeholder = _file.Position;
            Span<byte> free = stackalloc byte[PlaceholderLength];
            free.Clear();
            BinaryPrimitives.WriteUInt32BigEndian(free, PlaceholderLength);
            BinaryPrimitives.WriteUInt32BigEndian(free[4..], BoxType.Free);
            _file.Write(free);
            _file.Write(init.Movie.Span);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes written.</summary>
    public long Length => _file.Position;

    /// <summary>Appends a part; false when the part is no fragment that can be read.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public bool TryAppend(MediaPart part)
    {
        if (!_rebaser.TryRebase(part, out var bytes, out var runs))
            return false;
        var start = _file.Position;
        _file.Write(bytes);
        foreach (var run in runs)
            _tables[run.Track].Add(run, start + run.DataOffset);
        return true;
    }

    /// <summary>Makes what has been written an ordinary MP4 and closes it.</summary>
    /// <param name="isComplete">The channel was recorded to its end.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Finish(bool isComplete)
    {
        var end = _file.Position;
        _file.Write(MovieIndex.Build(_init, [.. _tables.Values.Where(t => t.Count > 0)], isComplete).Span);
        // The index must be on the disk before the header hides the fragments from players.
        _file.Flush(flushToDisk: true);
        Span<byte> header = stackalloc byte[PlaceholderLength];
        BinaryPrimitives.WriteUInt32BigEndian(header, 1);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], BoxType.Mdat);
        BinaryPrimitives.WriteUInt64BigEndian(header[8..], (ulong)(end - _placeholder));
        _file.Position = _placeholder;
        _file.Write(header);
        _file.Dispose();
    }

    /// <summary>Closes the file with what fits; of what does not, the write that failed has told.</summary>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // It tries once more to write what it holds, and is closed all the same.
        }
    }
}

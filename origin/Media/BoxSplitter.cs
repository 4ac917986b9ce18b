using System.Buffers;
using System.Buffers.Binary;

namespace Peercast.Origin.Media;

/// <summary>What <see cref="BoxSplitter.TryRead"/> found.</summary>
internal enum SplitResult
{
    /// <summary>More bytes are needed.</summary>
    NeedMore,

    /// <summary>An init segment: <see cref="BoxSplitter.Init"/> is new.</summary>
    Init,

    /// <summary>A part.</summary>
    Part,

    /// <summary>The bytes cannot be read; see <see cref="BoxSplitter.Error"/>. The splitter stays in this state.</summary>
    Failed,
}

/// <summary>
/// Cuts fragmented MP4 as it streams out of ffmpeg into an init segment and parts. Holds at most one fragment; never
/// throws on any bytes.
/// </summary>
internal sealed class BoxSplitter(int maxBoxLength = BoxSplitter.DefaultMaxBoxLength)
{
    /// <summary>A part of 200 ms stays far below this at any rate one would stream.</summary>
    public const int DefaultMaxBoxLength = 32 * 1024 * 1024;

    private byte[] _fileType = [];
    private byte[]? _moof;

    /// <summary>The latest init segment.</summary>
    public InitSegment? Init { get; private set; }

    /// <summary>Why it failed.</summary>
    public MediaError Error { get; private set; }

    /// <summary>Nothing was begun that is not finished: a good place for the stream to end.</summary>
    public bool AtBoundary => _moof is null;

    /// <summary>Takes whole boxes off the front of <paramref name="buffer"/> until one of them gives a result.</summary>
    /// <param name="buffer">What has been read so far; sliced to what is left.</param>
    /// <param name="part">Set with <see cref="SplitResult.Part"/>.</param>
    public SplitResult TryRead(ref ReadOnlySequence<byte> buffer, out Part? part)
    {
        part = null;
        while (Error == MediaError.None)
        {
            if (!TryReadHeader(buffer, out uint type, out long size))
            {
                return Error == MediaError.None ? SplitResult.NeedMore : SplitResult.Failed;
            }

            if (buffer.Length < size)
            {
                return SplitResult.NeedMore;
            }

            ReadOnlySequence<byte> box = buffer.Slice(0, size);
            buffer = buffer.Slice(size);
            switch (type)
            {
                case BoxType.Ftyp:
                    _fileType = box.ToArray();
                    break;
                case BoxType.Moov:
                    return TakeMovie(box);
                case BoxType.Moof:
                    if (_moof is not null)
                    {
                        return Fail(MediaError.Unpaired);
                    }

                    _moof = box.ToArray();
                    break;
                case BoxType.Mdat:
                    return TakeData(box, out part);
                default:
                    // Indexes, free space and events: nothing that playback needs.
                    break;
            }
        }

        return SplitResult.Failed;
    }

    private bool TryReadHeader(ReadOnlySequence<byte> buffer, out uint type, out long size)
    {
        type = 0;
        size = 0;
        Span<byte> header = stackalloc byte[16];
        int have = (int)Math.Min(buffer.Length, header.Length);
        if (have < 8)
        {
            return false;
        }

        buffer.Slice(0, have).CopyTo(header);
        type = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        size = BinaryPrimitives.ReadUInt32BigEndian(header);
        int least = 8;
        if (size == 1)
        {
            if (have < 16)
            {
                return false;
            }

            size = BinaryPrimitives.ReadInt64BigEndian(header[8..]);
            least = 16;
        }

        if (size < least)
        {
            Error = MediaError.BadBoxSize;
        }
        else if (size > maxBoxLength)
        {
            Error = MediaError.BoxTooLarge;
        }

        return Error == MediaError.None;
    }

    private SplitResult TakeMovie(ReadOnlySequence<byte> box)
    {
        byte[] bytes = new byte[_fileType.Length + box.Length];
        _fileType.CopyTo(bytes, 0);
        box.CopyTo(bytes.AsSpan(_fileType.Length));
        if (!InitSegmentParser.TryParse(bytes, out InitSegment? init))
        {
            return Fail(MediaError.BadInit);
        }

        Init = init;
        return SplitResult.Init;
    }

    private SplitResult TakeData(ReadOnlySequence<byte> box, out Part? part)
    {
        part = null;
        if (Init is null)
        {
            return Fail(MediaError.NoInit);
        }

        if (_moof is null)
        {
            return Fail(MediaError.Unpaired);
        }

        if (!MovieFragmentParser.TryParse(_moof, Init, out MovieFragment? fragment))
        {
            return Fail(MediaError.BadFragment);
        }

        byte[] bytes = new byte[_moof.Length + box.Length];
        _moof.CopyTo(bytes, 0);
        box.CopyTo(bytes.AsSpan(_moof.Length));
        _moof = null;
        part = new Part(bytes, fragment, Init);
        return SplitResult.Part;
    }

    private SplitResult Fail(MediaError error)
    {
        Error = error;
        return SplitResult.Failed;
    }
}

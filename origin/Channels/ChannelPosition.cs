using System.Globalization;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Channels;

/// <summary>
/// Where a channel's numbering stands, kept on disk so that a restarted origin reuses no chunk id: a viewer that stayed
/// would otherwise meet two different chunks, both signed, under one name. Numbers are reserved ahead in blocks, so the
/// disk is written about every ten minutes and not for each chunk.
/// </summary>
internal sealed class ChannelPosition
{
    /// <summary>Reserved at a time: ten minutes at ten chunks a second.</summary>
    private const long ChunkBlock = 6_000;
    private const long SegmentBlock = 1_200;
    private const long TimeBlock = 600_000_000;

    private readonly string _path;
    private Reserved _reserved;

    private ChannelPosition(string path, Reserved start)
    {
        _path = path;
        _reserved = start;
        Chunk = start.Chunk;
        Segment = start.Segment;
        Time = new MediaTime(start.Time);
        Epoch = start.Epoch;
        InitIndex = start.InitIndex;
    }

    /// <summary>The next chunk.</summary>
    public long Chunk { get; private set; }

    /// <summary>The next segment.</summary>
    public long Segment { get; private set; }

    /// <summary>Where the timeline continues.</summary>
    public MediaTime Time { get; private set; }

    /// <summary>The next epoch.</summary>
    public int Epoch { get; private set; }

    /// <summary>The next init segment's index.</summary>
    public int InitIndex { get; private set; }

    /// <summary>Reads the file, or starts at zero where there is none.</summary>
    /// <exception cref="OriginStartException">The file is there and cannot be read.</exception>
    public static ChannelPosition Load(ChannelFolder folder)
    {
        string path = folder.File("position.txt");
        if (!File.Exists(path))
        {
            return new ChannelPosition(path, default);
        }

        try
        {
            string[] fields = File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            long[] values = Array.ConvertAll(fields, f => long.Parse(f, NumberStyles.None, CultureInfo.InvariantCulture));
            return new ChannelPosition(path, new Reserved(values[0], values[1], values[2], checked((int)values[3]), checked((int)values[4])));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw new OriginStartException(
                $"'{path}' cannot be read ({e.Message}). Restore it, or delete it together with key.pem beside it: numbers must not be reused under the same key.", e);
        }
    }

    /// <summary>Takes the next epoch's number.</summary>
    public int NextEpoch() => Advance(() => Epoch++);

    /// <summary>Takes the next init segment's index.</summary>
    public int NextInit() => Advance(() => InitIndex++);

    /// <summary>Moves on after chunks were numbered.</summary>
    public void MoveTo(long chunk, long segment, MediaTime time)
    {
        Chunk = chunk;
        Segment = segment;
        Time = time;
        if (chunk > _reserved.Chunk || segment > _reserved.Segment || time.Microseconds > _reserved.Time)
        {
            Reserve();
        }
    }

    private int Advance(Func<int> take)
    {
        int taken = take();
        Reserve();
        return taken;
    }

    private void Reserve()
    {
        var next = new Reserved(Chunk + ChunkBlock, Segment + SegmentBlock, Time.Microseconds + TimeBlock, Epoch, InitIndex);
        ChannelFolder.Write(
            _path, string.Create(CultureInfo.InvariantCulture, $"{next.Chunk} {next.Segment} {next.Time} {next.Epoch} {next.InitIndex}\n"));

        // Only what the disk has is reserved: where it was full, the next call must try again.
        _reserved = next;
    }

    private readonly record struct Reserved(long Chunk, long Segment, long Time, int Epoch, int InitIndex);
}

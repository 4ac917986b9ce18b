using Peercast.Protocol.Primitives;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>A segment that a playlist would list: all of it exists.</summary>
internal sealed class Segment
{
    public required long Number { get; init; }

    public required ChunkRange Chunks { get; init; }

    public required MediaTime Start { get; init; }

    public required MediaTime End { get; init; }

    /// <summary>All of it is there.</summary>
    public bool IsStored { get; set; }

    /// <summary>The fetch from the origin under way; 0: none.</summary>
    public int Fetch { get; set; }

    /// <summary>When bytes last came from the origin, or the fetch began.</summary>
    public TimeSpan FetchedAt { get; set; }

    /// <summary>Not to be fetched again before.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>The last download from a neighbor.</summary>
    public Download? Download { get; set; }

    public bool IsFetching => Fetch != 0;

    public bool IsDownloading => Download is { IsOver: false };

    public bool IsLoading => IsFetching || IsDownloading;

    /// <summary>Whether any of it lies within so much from the playhead on.</summary>
    public bool IsWithin(MediaTime position, TimeSpan window) =>
        Start <= position + MediaTime.FromTimeSpan(window) && End >= position;
}

namespace Peercast.Simulation.Engines.Reference;

/// <summary>What one reference engine does otherwise than another: what to take from where, and when.</summary>
internal interface IReferenceRules
{
    /// <summary>How long a chunk is kept behind the playhead.</summary>
    TimeSpan Kept { get; }

    /// <summary>There are new chunks to be had.</summary>
    void Listed(TimeSpan now);

    /// <summary>Every tenth of a second.</summary>
    void KeepHouse(TimeSpan now);

    /// <summary>A chunk came from a neighbor: whether it is taken.</summary>
    bool Accepts(TimeSpan now, ReferenceNeighbor neighbor, KnownChunk chunk, ReadOnlyMemory<byte> bytes);

    /// <summary>A chunk is there, from wherever.</summary>
    void Received(TimeSpan now, KnownChunk chunk);

    /// <summary>A neighbor is there.</summary>
    void Connected(ReferenceNeighbor neighbor);

    /// <summary>A neighbor said what it has.</summary>
    void Heard(TimeSpan now, ReferenceNeighbor neighbor, ReadOnlySpan<byte> message);

    /// <summary>A neighbor did not have what it was asked for.</summary>
    void Refused(TimeSpan now, Download download);

    /// <summary>All that a neighbor was asked for has come.</summary>
    void Finished(TimeSpan now, Download download);

    /// <summary>A fetch from the origin is over, whatever came of it.</summary>
    void FetchEnded(TimeSpan now, int fetch);

    /// <summary>What came before a chunk is no longer kept.</summary>
    void Dropped(KnownChunk first);
}

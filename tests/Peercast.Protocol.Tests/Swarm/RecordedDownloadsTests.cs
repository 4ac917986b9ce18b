using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>What a viewer without neighbors takes of a recording. Ten chunks are a second; 0 to 49 are held and play.</summary>
public sealed class RecordedDownloadsTests : IDisposable
{
    private const int Known = 150;
    private readonly SignedChannel _channel = new();
    private readonly SwarmParts _parts;

    public RecordedDownloadsTests()
    {
        _parts = new SwarmParts(new SwarmOptions { Recorded = true }, _channel.Verifier, new Random(1));
        _parts.JumpTo(default, new ChunkId(0));
        while (_channel.Chunks < Known)
        {
            _parts.Context.Ledger.Add(_channel.NextBatch().Encoded.Span, out _);
        }

        Hold(0, 49);
        _parts.Context.Playhead.Advance(default);
    }

    public void Dispose() => _channel.Dispose();

    [Fact]
    public void Run_Alone_WhatHasTimeComesOneRunAfterTheOther()
    {
        var alone = TimeSpan.FromSeconds(3);
        _parts.Downloads.Run(alone);
        Assert.Equal(Enumerable.Range(50, 16), Asked());

        Hold(50, 65);
        _parts.Downloads.Run(alone);
        Assert.DoesNotContain(66, Asked());

        _parts.Fetcher.Ended(alone, Find(50).OriginRequest, OriginFetchResult.Completed);
        _parts.Downloads.Run(alone);
        Assert.Equal(Enumerable.Range(66, 16), Asked());
    }

    [Fact]
    public void Run_AloneAndLate_NothingWaitsForARunUnderWay()
    {
        _parts.Downloads.Run(TimeSpan.FromSeconds(3));
        _parts.Downloads.Run(TimeSpan.FromSeconds(6.3));
        Assert.Equal(Enumerable.Range(50, 30), Asked());
        Assert.Equal(2, _parts.Fetcher.Runs);
    }

    [Fact]
    public void Run_JumpedToWhereBatchesAreKnown_OnlyWhatIsDueIsTakenAndNotWhatTheReplyBrings()
    {
        var now = TimeSpan.FromSeconds(1);
        _parts.Fetcher.IsJoining = true;
        _parts.JumpTo(now, new ChunkId(80));
        _parts.Downloads.Run(now);

        // Due within 1.5 times the margin of 1 s and the 0.2 s that the origin takes, without the first second.
        Assert.Equal(Enumerable.Range(90, 8), Asked());
    }

    private ChunkEntry Find(int id) => _parts.Context.Window.Find(new ChunkId(id))!;

    private IEnumerable<int> Asked() => Enumerable.Range(0, Known).Where(id => Find(id) is { IsHeld: false, OriginRequest: not 0 });

    private void Hold(int first, int last)
    {
        for (int id = first; id <= last; id++)
        {
            _parts.Context.Window.Hold(Find(id), new byte[10]);
        }
    }
}

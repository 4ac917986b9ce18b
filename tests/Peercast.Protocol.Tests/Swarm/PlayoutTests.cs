using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>When playback waits for what is missing, and where it goes on, at a latency of 10 s.</summary>
public sealed class PlayoutTests : IDisposable
{
    private const int FirstMissing = 10;
    private static readonly TimeSpan StalledAt = SignedChannel.PartDuration * (FirstMissing / SignedChannel.ChunksPerPart);
    private readonly SignedChannel _channel = new();
    private readonly SwarmParts _parts;

    public PlayoutTests()
    {
        var options = new SwarmOptions { TargetLatency = TimeSpan.FromSeconds(10), SkipAfter = TimeSpan.FromSeconds(3) };
        _parts = new SwarmParts(options, _channel.Verifier, new Random(1));
        _parts.JumpTo(default, new ChunkId(0));
    }

    public void Dispose() => _channel.Dispose();

    [Fact]
    public void Gap_NothingBehindItIsFarEnoughFromTheLiveEdge_WaitsUntilItIs()
    {
        PlayUntilStalled(liveEdge: 12);
        Hold(110, 119);
        At(StalledAt + TimeSpan.FromSeconds(5));
        Assert.Equal((PlaybackState.Stalled, FirstMissing), State);

        AnnounceUntil(TimeSpan.FromSeconds(17));
        At(StalledAt + TimeSpan.FromSeconds(5.1));
        Assert.Equal((PlaybackState.Playing, 120), State);
        Assert.Equal(TimeSpan.FromSeconds(11), _parts.Context.Playhead.PositionAt(StalledAt + TimeSpan.FromSeconds(5.1))!.Value.ToTimeSpan());
    }

    [Fact]
    public void Gap_LiveEdgeStandsStill_IsLeftBehindInTheEnd()
    {
        PlayUntilStalled(liveEdge: 12);
        Hold(110, 119);
        At(StalledAt + TimeSpan.FromSeconds(6));
        Assert.Equal((PlaybackState.Playing, 120), State);
    }

    [Fact]
    public void Gap_OfPartsBehindItOnlyTheSecondIsWhole_GoesOnWithThat()
    {
        PlayUntilStalled(liveEdge: 12);
        Hold(20, 20);
        Hold(22, 23);
        At(StalledAt + TimeSpan.FromSeconds(2.9));
        Assert.Equal((PlaybackState.Stalled, FirstMissing), State);
        At(StalledAt + TimeSpan.FromSeconds(3));
        Assert.Equal((PlaybackState.Playing, 24), State);
    }

    [Fact]
    public void Poll_BringsWhatANeighborToldOfAndMore_NothingCountsAsGone()
    {
        SignedBatch first = _channel.NextBatch(), second = _channel.NextBatch();
        _parts.Step(default);
        _parts.Context.Ledger.Add(first.Encoded.Span, out _);

        Assert.True(_parts.Batches.AddFromOrigin(default, first.Encoded.Span));
        Assert.True(_parts.Batches.AddFromOrigin(default, second.Encoded.Span));

        Assert.All(Enumerable.Range(0, _channel.Chunks), id => Assert.False(_parts.Context.Window.Find(new ChunkId(id))!.IsGone));
    }

    [Fact]
    public void Poll_BringsOnlyWhatIsLater_WhatNobodyNamedIsGone()
    {
        SignedBatch first = _channel.NextBatch(), second = _channel.NextBatch(), third = _channel.NextBatch();
        _parts.Step(default);
        _parts.Context.Ledger.Add(second.Encoded.Span, out _);

        Assert.True(_parts.Batches.AddFromOrigin(default, third.Encoded.Span));

        Assert.All(
            Enumerable.Range(0, _channel.Chunks),
            id => Assert.Equal(id < first.Batch.Chunks.Length, _parts.Context.Window.Find(new ChunkId(id))!.IsGone));
    }

    private (PlaybackState State, int Next) State => (_parts.Context.Playhead.State, (int)_parts.Context.Playhead.Next.Value);

    private void PlayUntilStalled(int liveEdge)
    {
        AnnounceUntil(TimeSpan.FromSeconds(liveEdge));
        Hold(0, FirstMissing - 1);
        At(default);
        Assert.Equal((PlaybackState.Playing, FirstMissing), State);
        At(StalledAt);
        Assert.Equal((PlaybackState.Stalled, FirstMissing), State);
    }

    private void At(TimeSpan now) => _parts.Context.Playhead.Advance(now);

    private void Hold(int first, int last)
    {
        for (int id = first; id <= last; id++)
        {
            _parts.Context.Window.Hold(_parts.Context.Window.Find(new ChunkId(id))!, new byte[10]);
        }
    }

    private void AnnounceUntil(TimeSpan end)
    {
        while (_channel.End < end)
        {
            Assert.Equal(BatchVerdict.Added, _parts.Context.Ledger.Add(_channel.NextBatch().Encoded.Span, out _));
        }
    }
}

using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>What a viewer without neighbors takes from the origin. Ten chunks are a second; 0 to 49 are held and play.</summary>
public sealed class LoneViewerTests : IDisposable
{
    private const int Known = 150;
    private readonly SignedChannel _channel = new();

    public void Dispose() => _channel.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_Alone_WhatHasTimeComesOneRunAfterTheOther(bool recorded)
    {
        SwarmParts parts = Play(recorded);
        var alone = TimeSpan.FromSeconds(3);
        parts.Downloads.Run(alone);
        Assert.Equal(Enumerable.Range(50, 16), Asked(parts));

        Hold(parts, 50, 65);
        parts.Downloads.Run(alone);
        Assert.Empty(Asked(parts));

        parts.Fetcher.Ended(alone, Find(parts, 50).OriginRequest, OriginFetchResult.Completed);
        parts.Downloads.Run(alone);
        Assert.Equal(Enumerable.Range(66, 16), Asked(parts));
    }

    [Theory]
    [InlineData(false, 24)]
    [InlineData(true, 30)]
    public void Run_AloneAndLate_WhatIsDueDoesNotWaitForARunUnderWay(bool recorded, int asked)
    {
        SwarmParts parts = Play(recorded);
        parts.Downloads.Run(TimeSpan.FromSeconds(3));
        parts.Downloads.Run(TimeSpan.FromSeconds(6.3));

        // Due within F, half as much again in a recording, and the 0.2 s that the origin takes.
        Assert.Equal(Enumerable.Range(50, asked), Asked(parts));
        Assert.Equal(2, parts.Fetcher.Runs);
    }

    [Fact]
    public void Run_JumpedToWhereBatchesAreKnown_OnlyWhatIsDueIsTakenAndNotWhatTheReplyBrings()
    {
        SwarmParts parts = Play(recorded: true);
        var now = TimeSpan.FromSeconds(1);
        parts.Fetcher.IsJoining = true;
        parts.JumpTo(now, new ChunkId(80));
        parts.Downloads.Run(now);
        Assert.Equal(Enumerable.Range(90, 8), Asked(parts));
    }

    private SwarmParts Play(bool recorded)
    {
        var parts = new SwarmParts(new SwarmOptions { Recorded = recorded }, _channel.Verifier, new Random(1));
        parts.JumpTo(default, new ChunkId(0));
        while (_channel.Chunks < Known)
        {
            parts.Context.Ledger.Add(_channel.NextBatch().Encoded.Span, out _);
        }

        Hold(parts, 0, 49);
        parts.Context.Playhead.Advance(default);
        return parts;
    }

    private static ChunkEntry Find(SwarmParts parts, int id) => parts.Context.Window.Find(new ChunkId(id))!;

    private static IEnumerable<int> Asked(SwarmParts parts) =>
        Enumerable.Range(0, Known).Where(id => Find(parts, id) is { IsHeld: false, OriginRequest: not 0 });

    private static void Hold(SwarmParts parts, int first, int last)
    {
        for (int id = first; id <= last; id++)
        {
            parts.Context.Window.Hold(Find(parts, id), new byte[10]);
        }
    }
}

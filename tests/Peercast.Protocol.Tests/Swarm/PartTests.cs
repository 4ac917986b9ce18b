using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>Parts of the session alone.</summary>
public sealed class PartTests
{
    [Fact]
    public void ChunkWindow_Slid_ForgetsWhatLiesBeforeAndFindsWhatIsNew()
    {
        var window = new ChunkWindow(256);
        window.Clear(new ChunkId(1000));
        for (long id = 1000; id < 1256; id++)
        {
            window.Hold(window.Find(new ChunkId(id))!, new byte[10]);
        }

        Assert.Null(window.Find(new ChunkId(999)));
        Assert.Null(window.Find(new ChunkId(1256)));
        window.SlideTo(new ChunkId(1100));

        Assert.Equal(1560, window.HeldBytes);
        Assert.Null(window.Find(new ChunkId(1099)));
        Assert.True(window.Find(new ChunkId(1100))!.IsHeld);
        for (long id = 1256; id < 1356; id++)
        {
            ChunkEntry entry = window.Find(new ChunkId(id))!;
            Assert.Equal(id, entry.Id.Value);
            Assert.False(entry.IsHeld);
        }

        window.SlideTo(new ChunkId(5000));
        Assert.Equal(0, window.HeldBytes);
        Assert.Equal(5003, window.Find(new ChunkId(5003))!.Id.Value);
        window.SlideTo(new ChunkId(10));
        Assert.Equal(new ChunkId(5000), window.Start);
    }

    [Theory]
    [InlineData(10, false, 1, 4)]
    [InlineData(3, false, 0.45, 1.2)]
    [InlineData(3, true, 1, 1.2)]
    public void SwarmOptions_Margins_ShrinkWithTheLatencyOfALiveChannel(double latency, bool recorded, double fallback, double rescue)
    {
        var options = new SwarmOptions { TargetLatency = TimeSpan.FromSeconds(latency), Recorded = recorded };
        Assert.Equal(fallback, options.UsedFallbackMargin.TotalSeconds, 6);
        Assert.Equal(rescue, options.UsedRescueMargin.TotalSeconds, 6);
    }

    [Fact]
    public void OriginFetcher_OfAnOriginThatCannotKeepUp_IsNotReckonedToTakeEverLonger()
    {
        var window = new ChunkWindow(256);
        window.Clear(new ChunkId(1000));
        var fetcher = new OriginFetcher(window, new Outbox());
        for (int i = 0; i < 20; i++)
        {
            TimeSpan asked = TimeSpan.FromMinutes(i);
            fetcher.Want(window.Find(new ChunkId(1000))!, OriginCause.Fallback);
            fetcher.Flush(asked);
            Assert.Equal(1, fetcher.Runs);
            fetcher.Ended(asked + TimeSpan.FromSeconds(12), request: i + 1, OriginFetchResult.Completed);
        }

        Assert.InRange(fetcher.TransferTime, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(1));
        Assert.True(fetcher.IsSlow);
        fetcher.Tick(TimeSpan.FromMinutes(20), new ChunkId(1000));
        fetcher.Tick(TimeSpan.FromMinutes(20.5), new ChunkId(1000));
        Assert.False(fetcher.IsSlow);
    }

    [Fact]
    public void OriginFetcher_WhatPlaybackHasPassed_IsCanceledUnlessItCame()
    {
        var window = new ChunkWindow(256);
        window.Clear(new ChunkId(1000));
        var fetcher = new OriginFetcher(window, new Outbox());
        foreach (long id in (long[])[1000, 1001, 1003, 1005, 1006])
        {
            fetcher.Want(window.Find(new ChunkId(id))!, OriginCause.Fallback);
        }

        fetcher.Flush(default);
        window.Hold(window.Find(new ChunkId(1003))!, new byte[10]);
        Assert.Equal(3, fetcher.Runs);
        fetcher.Tick(TimeSpan.FromSeconds(3), new ChunkId(1006));

        Assert.Equal(2, fetcher.Runs);
        Assert.Equal(0, window.Find(new ChunkId(1001))!.OriginRequest);
        Assert.NotEqual(0, window.Find(new ChunkId(1006))!.OriginRequest);
    }

    [Fact]
    public void OriginFetcher_DuringAJoin_LeavesTheFirstSecondToItAndFetchesWhatFollows()
    {
        var window = new ChunkWindow(256);
        window.Clear(new ChunkId(1000));
        ChunkInfo[] chunks = [.. Enumerable.Range(0, 10).Select(i => new ChunkInfo(
            new ChunkId(1000 + i), 0, 0, 0, 10, MediaTime.FromTimeSpan(TimeSpan.FromSeconds(50 + (i * 0.2))), default, ChunkFlags.None, default))];
        var record = new BatchRecord(new SignedBatch(new ManifestBatch(default, "main", 0, 0, default, chunks[0].Id, 0, [.. chunks]), default));
        var fetcher = new OriginFetcher(window, new Outbox()) { IsJoining = true, JoinsFrom = chunks[0].Id };
        fetcher.Want(window.Find(chunks[7].Id)!, OriginCause.Fallback);
        fetcher.Flush(default);
        Assert.Equal(0, fetcher.Runs);

        for (int i = 0; i < chunks.Length; i++)
        {
            window.Name(window.Find(chunks[i].Id)!, record, i);
            fetcher.Want(window.Find(chunks[i].Id)!, OriginCause.Fallback);
        }

        fetcher.Flush(default);
        Assert.Equal(1, fetcher.Runs);
        Assert.All(chunks, chunk => Assert.Equal(chunk.Id.Value >= 1005, window.Find(chunk.Id)!.OriginRequest != 0));

        fetcher.IsJoining = false;
        fetcher.Want(window.Find(chunks[2].Id)!, OriginCause.Fallback);
        fetcher.Flush(default);
        Assert.Equal(2, fetcher.Runs);
    }

    [Fact]
    public void ChunkWindow_FindMissing_FindsWhatIsNamedAndNotHeldUntilItIsForgotten()
    {
        ChunkWindow window = WindowNaming(1001, 1090, 1255);

        Assert.Equal([1001, 1090, 1255], Missing(window, 1000, 1255));
        Assert.Equal([1090], Missing(window, 1002, 1254));
        Assert.Empty(Missing(window, 999, 2000));
        window.Hold(window.Find(new ChunkId(1090))!, new byte[10]);
        Assert.Equal([1001, 1255], Missing(window, 1000, 2000));
        window.SlideTo(new ChunkId(1100));
        Assert.Equal([1255], Missing(window, 1100, 2000));
        window.SlideTo(new ChunkId(1300));
        Assert.Empty(Missing(window, 1300, 2000));
    }

    [Fact]
    public void ChunkWindow_FindMissing_LeavesOutWhatIsUnderWayIfAskedTo()
    {
        ChunkWindow window = WindowNaming(1001, 1002, 1003);
        ChunkEntry fetched = window.Find(new ChunkId(1001))!;
        ChunkEntry asked = window.Find(new ChunkId(1002))!;
        window.SetOriginRequest(fetched, 7);
        window.SetOriginRequest(asked, 7);
        window.SetRequest(asked, new PendingRequest(1, asked.Id, 10, null!, default, default));
        Assert.Equal([1001, 1002, 1003], Missing(window, 1000, 1255));
        Assert.Equal([1003], Missing(window, 1000, 1255, skipUnderWay: true));

        window.SetOriginRequest(fetched, 0);
        window.SetOriginRequest(asked, 0);
        Assert.Equal([1001, 1003], Missing(window, 1000, 1255, skipUnderWay: true));
        window.SetRequest(asked, null);
        Assert.Equal([1001, 1002, 1003], Missing(window, 1000, 1255, skipUnderWay: true));
    }

    [Fact]
    public void ChunkWindow_ForgetHolder_ClearsOneBitEverywhere()
    {
        ChunkWindow window = WindowNaming(1003);
        Assert.True(window.AddHolder(new ChunkRange(new ChunkId(1003), new ChunkId(1004)), 0b110));
        window.ForgetHolder(0b010);

        Assert.Equal(0b100UL, window.HoldersOf(new ChunkId(1003)));
    }

    [Fact]
    public void ChunkWindow_AddHolder_IsNewsOnlyOfWhatIsWantedAndNotOnItsWay()
    {
        ChunkWindow window = WindowNaming(1001, 1002, 1003);
        window.Hold(window.Find(new ChunkId(1001))!, new byte[10]);
        window.SetOriginRequest(window.Find(new ChunkId(1002))!, 7);

        Assert.False(window.AddHolder(new ChunkRange(new ChunkId(1001), new ChunkId(1002)), 0b10));
        Assert.True(window.AddHolder(new ChunkRange(new ChunkId(1001), new ChunkId(1003)), 0b10));

        // No batch has named it: when one does, that is the news.
        Assert.False(window.AddHolder(new ChunkRange(new ChunkId(1004), new ChunkId(1004)), 0b10));
        Assert.Equal(0b10UL, window.HoldersOf(new ChunkId(1004)));
    }

    [Fact]
    public void ChunkWindow_Holders_AreForgottenWithTheChunk()
    {
        ChunkWindow window = WindowNaming(1001);
        var both = new ChunkRange(new ChunkId(1001), new ChunkId(1002));
        Assert.True(window.AddHolder(both, 0b11));
        window.RemoveHolder(new ChunkRange(both.First, both.First), 0b01);
        Assert.Equal(0b10UL, window.HoldersOf(both.First));
        Assert.Equal(0b11UL, window.HoldersOf(both.Last));

        // Ids one turn of the ring later lie in the same places.
        window.SlideTo(new ChunkId(1003));
        Assert.Equal(0UL, window.HoldersOf(both.First + 256));
        Assert.Equal(0UL, window.HoldersOf(both.Last + 256));
        Assert.False(window.AddHolder(new ChunkRange(both.First + 256, both.First + 256), 0b10));
    }

    [Fact]
    public void PlayoutClock_Frozen_DeadlinesMoveOnWithTime()
    {
        var clock = new PlayoutClock();
        clock.FreezeAt(new MediaTime(1_000_000));
        Assert.Equal(TimeSpan.FromSeconds(6), clock.DeadlineOf(TimeSpan.FromSeconds(5), new MediaTime(2_000_000)));
        clock.Run(TimeSpan.FromSeconds(7));

        Assert.Equal(new MediaTime(2_500_000), clock.PositionAt(TimeSpan.FromSeconds(8.5)));
        Assert.Equal(TimeSpan.FromSeconds(8), clock.DeadlineOf(TimeSpan.FromSeconds(100), new MediaTime(2_000_000)));
        clock.Freeze(TimeSpan.FromSeconds(9));
        Assert.Equal(new MediaTime(3_000_000), clock.PositionAt(TimeSpan.FromSeconds(50)));
    }

    [Fact]
    public void SendBuffer_OfTwoChunks_HasRoomAgainOnceOneHasLeft()
    {
        var buffer = new SendBuffer();
        buffer.Sent(100);
        buffer.Sent(50);
        Assert.False(buffer.HasRoom);
        Assert.Equal(99, buffer.Report(51));
        Assert.False(buffer.HasRoom);
        Assert.Equal(1, buffer.Report(50));
        Assert.True(buffer.HasRoom);
        Assert.Equal(0, buffer.Report(1_000_000));
        Assert.Equal(50, buffer.Waiting);
    }

    [Fact]
    public void CandidateBook_AfterFailures_RestsLongerAndThenForgets()
    {
        var book = new CandidateBook(new Random(1));
        var peer = new PeerId(5);
        book.Add(peer, 100);
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(peer, book.Choose(now, _ => false));
            book.Failed(now, peer);
            Assert.Null(book.Choose(now + TimeSpan.FromSeconds(4), _ => false));
            now += TimeSpan.FromMinutes(5);
        }

        Assert.Null(book.Choose(now, candidate => candidate == peer));
        book.Failed(now, peer);
        Assert.Equal(0, book.Count);
    }

    [Fact]
    public void CandidateBook_Flooded_StaysBounded()
    {
        var book = new CandidateBook(new Random(1));
        for (ulong i = 0; i < 100_000; i++)
        {
            book.Add(new PeerId(i), 1);
        }

        Assert.Equal(256, book.Count);
    }

    [Fact]
    public void BanList_Flooded_KeepsTheNewest()
    {
        var bans = new BanList();
        for (ulong i = 0; i < 10_000; i++)
        {
            bans.Add(new PeerId(i));
        }

        Assert.Equal(10_000, bans.Total);
        Assert.True(bans.Contains(new PeerId(9999)));
        Assert.False(bans.Contains(new PeerId(0)));
    }

    [Fact]
    public void BatchLedger_WithAGapTheOriginCannotFill_GoesOnBehindIt()
    {
        var time = new VirtualTime();
        using var origin = new VirtualOrigin(time, 1, 80_000);
        using var verifier = origin.CreateVerifier();
        origin.Record(TimeSpan.FromSeconds(4));
        List<Protocol.Chunks.SignedBatch> batches = [];
        origin.FetchBatches(new ChunkId(0), TimeSpan.Zero, reply => batches.AddRange(reply!));
        time.RunUntil(TimeSpan.FromSeconds(1));
        var window = new ChunkWindow(256);
        var ledger = new BatchLedger(verifier, window);
        ledger.Restart(new ChunkId(0));

        Assert.Equal(BatchVerdict.Added, ledger.Add(batches[0].Encoded.Span, out _));
        Assert.Equal(BatchVerdict.Known, ledger.Add(batches[0].Encoded.Span, out _));
        Assert.Equal(BatchVerdict.Added, ledger.Add(batches[3].Encoded.Span, out _));
        Assert.Equal(new ChunkId(1), ledger.ContiguousEdge);
        Assert.Equal(new ChunkId(7), ledger.LiveEdge);
        ledger.MarkGoneBefore(new ChunkId(6), new ChunkId(2));

        Assert.Equal(new ChunkId(7), ledger.ContiguousEdge);
        byte[] forged = batches[1].Encoded.ToArray();
        forged[^1] ^= 1;
        Assert.Equal(BatchVerdict.Wrong, ledger.Add(forged, out _));
        Assert.Equal(BatchVerdict.Wrong, ledger.Add([1, 2, 3], out _));
    }

    [Fact]
    public void Options_OutOfRange_AreNamed()
    {
        new SwarmOptions().Validate();
        Assert.Contains("WindowChunks", Assert.Throws<ArgumentException>(() => (new SwarmOptions { WindowChunks = 1000 }).Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("MaxNeighbors", Assert.Throws<ArgumentException>(() => (new SwarmOptions { MaxNeighbors = 61 }).Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("UploadLimit", Assert.Throws<ArgumentException>(() => (new SwarmOptions { UploadLimit = -1 }).Validate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OfARecording_WantMoreNeighborsUnlessTold()
    {
        Assert.Equal((12, 20, 30), Neighbors(new SwarmOptions()));
        Assert.Equal((24, 40, 55), Neighbors(new SwarmOptions { Recorded = true }));
        Assert.Equal((2, 5, 8), Neighbors(new SwarmOptions { MinNeighbors = 2, TargetNeighbors = 5, MaxNeighbors = 8, Recorded = true }));

        static (int Min, int Target, int Max) Neighbors(SwarmOptions options)
        {
            options.Validate();
            return (options.MinNeighbors, options.TargetNeighbors, options.MaxNeighbors);
        }
    }

    private static ChunkWindow WindowNaming(params long[] ids)
    {
        var window = new ChunkWindow(256);
        window.Clear(new ChunkId(1000));
        foreach (long id in ids)
        {
            var chunk = new ChunkInfo(new ChunkId(id), 0, 0, 0, 10, default, default, ChunkFlags.None, default);
            var batch = new ManifestBatch(default, "main", 0, 0, default, chunk.Id, 0, [chunk]);
            window.Name(window.Find(chunk.Id)!, new BatchRecord(new SignedBatch(batch, default)), 0);
        }

        return window;
    }

    private static List<long> Missing(ChunkWindow window, long from, long last, bool skipUnderWay = false)
    {
        List<long> found = [];
        while (window.FindMissing(new ChunkId(from), new ChunkId(last), skipUnderWay) is { } entry)
        {
            from = entry.Id.Next.Value;
            found.Add(entry.Id.Value);
        }

        return found;
    }
}

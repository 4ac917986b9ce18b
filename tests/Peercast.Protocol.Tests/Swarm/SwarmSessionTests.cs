using System.Globalization;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Xunit.Abstractions;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>Whole swarms in virtual time.</summary>
public sealed class SwarmSessionTests(ITestOutputHelper output)
{
    private SwarmReport Report(VirtualSwarm swarm, IEnumerable<VirtualViewer>? viewers = null)
    {
        var report = new SwarmReport(swarm, viewers);
        output.WriteLine(report.ToString());
        return report;
    }

    private static void AssertContiguous(VirtualViewer viewer)
    {
        Assert.Empty(viewer.Skipped);
        Assert.NotEmpty(viewer.Delivered);
        for (int i = 1; i < viewer.Delivered.Count; i++)
        {
            Assert.Equal(viewer.Delivered[i - 1].Next, viewer.Delivered[i]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EightViewers_OneMinute_ShareAlmostEverything(int seed)
    {
        using var swarm = new VirtualSwarm(seed);
        swarm.JoinAll(8, options: new SwarmOptions { TargetLatency = TimeSpan.FromSeconds(3.5) });
        swarm.Run(73);

        SwarmReport report = Report(swarm);
        Assert.True(report.Offload >= 0.82, report.ToString());
        Assert.True(report.Copies <= 1.3, report.ToString());
        Assert.True(report.LatencyP95 <= 5, report.ToString());
        Assert.True(report.Duplicates <= 0.015, report.ToString());
        Assert.True(report.Control <= 0.03, report.ToString());
        Assert.Equal(0, report.Stalls);
        Assert.Equal(1, report.Continuity);
        Assert.Equal(0, report.Wrong);
        Assert.All(swarm.Viewers, AssertContiguous);
    }

    [Fact]
    public void NoNeighbors_OneMinute_PlaysFromTheOriginAlone()
    {
        using var swarm = new VirtualSwarm(seed: 4);
        swarm.JoinAll(2, options: new SwarmOptions { UseNeighbors = false });
        swarm.Run(70);

        SwarmReport report = Report(swarm);
        Assert.Equal(0, report.Offload);
        Assert.Equal(0, report.Stalls);
        Assert.All(swarm.Viewers, AssertContiguous);
        Assert.All(swarm.Viewers, viewer => Assert.True(viewer.Delivered.Count > 270, viewer.Delivered.Count.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void UplinksThatWereFullForAMinute_HaveRoomAgain_AreUsedAgain()
    {
        using var swarm = new VirtualSwarm(seed: 21);
        swarm.JoinAll(6, options: new SwarmOptions { UploadLimit = 60_000 });
        swarm.Run(60);
        foreach (VirtualViewer viewer in swarm.Viewers)
        {
            viewer.Call((session, now) => session.SetUploadLimit(now, long.MaxValue));
        }

        swarm.Run(65);
        List<SwarmStatistics> before = [.. swarm.Viewers.Select(viewer => viewer.Statistics)];
        swarm.Run(85);
        Assert.All(swarm.Viewers.Zip(before), pair => Assert.True(
            pair.First.Statistics.NeighborBytes - pair.Second.NeighborBytes > 0.5 * 20 * 1_500_000 / 8,
            $"{pair.First.Statistics.NeighborBytes - pair.Second.NeighborBytes} bytes of neighbors"));
    }

    // Of 1.5 MB in a minute, requests and acknowledgments to the origin take some 0.3 MB; without them 1.1 MB would be given.
    [Fact]
    public void UplinkThatTheOriginsAcknowledgmentsUse_GivesTheRest()
    {
        using var swarm = new VirtualSwarm(seed: 22);
        swarm.JoinAll(2, options: new SwarmOptions { UploadLimit = 200_000 });
        swarm.Run(60);
        Assert.All(swarm.Viewers, viewer => Assert.InRange(viewer.Statistics.UploadedBytes, 700_000, 1_000_000));
    }

    [Fact]
    public void NarrowUplinks_OnePointTwoTimesTheRate_StillShare()
    {
        using var swarm = new VirtualSwarm(seed: 5);
        swarm.JoinAll(8, uplinkMbps: 1.8, options: new SwarmOptions { UploadLimit = 1_800_000 });
        swarm.Run(70);

        SwarmReport report = Report(swarm);
        Assert.True(report.Offload >= 0.75, report.ToString());
        Assert.Equal(0, report.Stalls);
        Assert.True(report.Duplicates <= 0.015, report.ToString());
    }

    [Fact]
    public void Polluter_SendsACorruptChunk_IsBannedAtItsFirstAndNothingOfItIsPlayed()
    {
        using var swarm = new VirtualSwarm(seed: 6);
        swarm.JoinAll(7);
        VirtualViewer polluter = swarm.Add();
        polluter.Tamper = message =>
        {
            message[^1] ^= 1;
            return message;
        };
        swarm.Time.At(TimeSpan.FromSeconds(14), () => polluter.Join());
        swarm.Run(60);

        List<VirtualViewer> honest = swarm.Viewers.Where(viewer => viewer != polluter).ToList();
        SwarmReport report = Report(swarm, honest);
        Assert.All(honest, viewer =>
        {
            Assert.InRange(viewer.Statistics.CorruptChunks, 0, 1);
            Assert.Equal(viewer.Statistics.CorruptChunks, viewer.Statistics.Banned);
            Assert.Equal(viewer.Statistics.Banned == 1, !viewer.Session.AcceptsNeighbor(polluter.Peer) && !viewer.Neighbors.Contains(polluter.Peer));
        });
        Assert.True(honest.Sum(viewer => viewer.Statistics.CorruptChunks) >= 3);
        Assert.Equal(0, report.Wrong);
        Assert.Equal(0, report.Stalls);
        Assert.Equal(0, polluter.Statistics.CorruptChunks);
    }

    [Fact]
    public void AThirdVanishes_AtOnce_TheRestPlayOn()
    {
        using var swarm = new VirtualSwarm(seed: 7);
        swarm.JoinAll(9);
        swarm.Run(35);
        foreach (VirtualViewer viewer in swarm.Viewers.Take(3).ToList())
        {
            viewer.Die();
        }

        swarm.Run(70);

        SwarmReport report = Report(swarm);
        Assert.Equal(0, report.Stalls);
        Assert.True(report.Offload >= 0.7, report.ToString());
        Assert.All(swarm.Viewers.Where(viewer => !viewer.IsDead), AssertContiguous);
    }

    [Fact]
    public void TrackerGone_TheSwarmPlaysOnAndStillGrowsTogether()
    {
        using var swarm = new VirtualSwarm(seed: 8) { CanConnect = (_, _) => true };
        swarm.JoinAll(8, spacing: 0.2);
        swarm.Run(25);
        swarm.Tracker.IsGone = true;
        double before = new SwarmReport(swarm).Offload;
        swarm.Run(85);

        SwarmReport report = Report(swarm);
        Assert.Equal(0, report.Stalls);
        Assert.True(report.Offload >= before, report.ToString());
    }

    [Fact]
    public void TrackerGone_PeersLearnedFromNeighbors_AreReachedThroughThem()
    {
        using var swarm = new VirtualSwarm(seed: 9);

        // Three who know only the one in the middle while the tracker lives.
        bool isChain = true;
        swarm.CanConnect = (a, b) => !isChain || a == swarm.Viewers[0] || b == swarm.Viewers[0];
        swarm.JoinAll(3, spacing: 0.1);
        swarm.Run(14);
        Assert.DoesNotContain(swarm.Viewers[2].Peer, swarm.Viewers[1].Neighbors);

        swarm.Tracker.IsGone = true;
        isChain = false;
        swarm.Run(80);

        Assert.Contains(swarm.Viewers[2].Peer, swarm.Viewers[1].Neighbors);
    }

    [Fact]
    public void OriginOutage_ThreeSeconds_NobodyStalls()
    {
        using var swarm = new VirtualSwarm(seed: 10);
        swarm.JoinAll(8);
        swarm.Time.At(TimeSpan.FromSeconds(40), () => swarm.Origin.IsDown = true);
        swarm.Time.At(TimeSpan.FromSeconds(43), () => swarm.Origin.IsDown = false);
        swarm.Run(70);

        SwarmReport report = Report(swarm);
        Assert.Equal(0, report.Stalls);
        Assert.All(swarm.Viewers, AssertContiguous);
    }

    [Fact]
    public void OriginOutage_LongerThanTheLatency_RecoversWithoutLosingAChunk()
    {
        using var swarm = new VirtualSwarm(seed: 11);
        swarm.JoinAll(8);
        swarm.Time.At(TimeSpan.FromSeconds(30), () => swarm.Origin.IsDown = true);
        swarm.Time.At(TimeSpan.FromSeconds(38), () => swarm.Origin.IsDown = false);
        swarm.Run(70);

        Report(swarm);
        Assert.All(swarm.Viewers, viewer =>
        {
            AssertContiguous(viewer);
            Assert.InRange(viewer.Statistics.Stalls, 1, 2);
            Assert.InRange(viewer.Statistics.StallTime.TotalSeconds, 0.5, 5);
            Assert.Equal(PlaybackState.Playing, viewer.Session.State);
        });
    }

    [Theory]
    [InlineData(25, 4096)]
    [InlineData(90, 256)]
    public void OriginOutage_Long_PlaybackCatchesUpWithTheLiveEdge(int seconds, int window)
    {
        using var swarm = new VirtualSwarm(seed: 23);
        swarm.Origin.Ring = 150;
        swarm.JoinAll(4, options: new SwarmOptions { WindowChunks = window });
        swarm.Time.At(TimeSpan.FromSeconds(20), () => swarm.Origin.IsDown = true);
        swarm.Time.At(TimeSpan.FromSeconds(20 + seconds), () => swarm.Origin.IsDown = false);
        swarm.Run(40 + seconds);

        Assert.All(swarm.Viewers, viewer =>
        {
            Assert.Equal(PlaybackState.Playing, viewer.Session.State);
            Assert.NotEmpty(viewer.Skipped);
            Assert.InRange(viewer.Session.LiveLatency(swarm.Time.Now)!.Value.TotalSeconds, 4, 16);
            Assert.Equal(
                viewer.Delivered[^1] - viewer.Delivered[0] + 1,
                viewer.Delivered.Count + viewer.Skipped.Sum(range => range.Count));
        });
    }

    [Fact]
    public void SilentNeighbor_WithRequestsOverdue_IsDroppedWithinTwoSeconds()
    {
        using var swarm = new VirtualSwarm(seed: 12);
        swarm.JoinAll(8);
        swarm.Run(30);
        VirtualViewer mute = swarm.Viewers[0];
        mute.IsMute = true;
        swarm.Run(33);

        Assert.All(swarm.Viewers.Skip(1), viewer =>
        {
            var drop = Assert.Single(viewer.Disconnects, entry => entry.Peer == mute.Peer);
            Assert.Equal(DisconnectReason.Silent, drop.Reason);
            Assert.True(drop.At <= TimeSpan.FromSeconds(32.3), drop.At.ToString());
        });
        swarm.Run(60);
        Assert.Equal(0, Report(swarm, swarm.Viewers.Skip(1)).Stalls);
    }

    [Fact]
    public void FreeRiders_AThird_PlayOnWithTheOthersHelp()
    {
        using var swarm = new VirtualSwarm(seed: 13);
        swarm.JoinAll(6);
        for (int i = 0; i < 3; i++)
        {
            VirtualViewer rider = swarm.Add(options: new SwarmOptions { UploadLimit = 0 });
            swarm.Time.At(TimeSpan.FromSeconds(13 + i), () => rider.Join());
        }

        swarm.Run(60);

        SwarmReport report = Report(swarm);
        Assert.Equal(0, report.Stalls);
        Assert.All(swarm.Viewers.Skip(6), viewer => Assert.Equal(0, viewer.Statistics.UploadedBytes));
    }

    [Fact]
    public void Helper_ThatDoesNotPlay_GivesAndNeverFallsBack()
    {
        using var swarm = new VirtualSwarm(seed: 14);
        swarm.JoinAll(3);
        VirtualViewer helper = swarm.Add(uplinkMbps: 50, options: new SwarmOptions { Playback = false });
        swarm.Time.At(TimeSpan.FromSeconds(10), () => helper.Join());
        swarm.Run(60);

        Report(swarm);
        Assert.Empty(helper.Delivered);
        Assert.Equal(0, helper.Statistics.Fallbacks);
        Assert.True(helper.Statistics.UploadedBytes > 1_000_000);
    }

    [Fact]
    public void Recording_ViewersAtDifferentPlaces_ShareAndReachTheEnd()
    {
        using var swarm = new VirtualSwarm(seed: 15);
        swarm.Origin.Record(TimeSpan.FromSeconds(60));
        var options = new SwarmOptions { Recorded = true };
        for (int i = 0; i < 5; i++)
        {
            VirtualViewer viewer = swarm.Add(options: options);
            swarm.Time.At(TimeSpan.FromSeconds(1 + (i * 4)), () => viewer.Join(new ChunkId(0)));
        }

        swarm.Run(85);

        SwarmReport report = Report(swarm);
        Assert.True(report.Offload >= 0.6, report.ToString());
        Assert.Equal(0, report.Stalls);
        Assert.All(swarm.Viewers, viewer =>
        {
            AssertContiguous(viewer);
            Assert.Equal(300, viewer.Delivered.Count);
            Assert.Equal(PlaybackState.Ended, viewer.Session.State);
        });
    }

    [Fact]
    public void Recording_ViewerFarBehind_CostsNoSecondCopy()
    {
        using var swarm = new VirtualSwarm(seed: 18);
        swarm.Origin.Record(TimeSpan.FromSeconds(300));
        var options = new SwarmOptions { Recorded = true };
        VirtualViewer first = swarm.Add(options: options);
        VirtualViewer late = swarm.Add(options: options);
        swarm.Time.At(TimeSpan.FromSeconds(1), () => first.Join(new ChunkId(0)));
        swarm.Time.At(TimeSpan.FromSeconds(120), () => late.Join(new ChunkId(0)));
        swarm.Run(240);

        // What the first one held long before is known to the late one when it comes to need it: the file leaves the
        // origin once, whoever of the two takes which part of it.
        const long OneCopy = 300 * 1_500_000 / 8;
        Assert.InRange(first.Statistics.OriginBytes + late.Statistics.OriginBytes, OneCopy / 2, OneCopy * 21 / 20);
        Assert.Equal(0, late.Statistics.Stalls);
    }

    [Fact]
    public void Recording_FastViewerBehindSlowOnes_ServesThemToo()
    {
        using var swarm = new VirtualSwarm(seed: 19);
        swarm.Origin.Record(TimeSpan.FromSeconds(300));
        var options = new SwarmOptions { Recorded = true };
        List<VirtualViewer> slow = [.. Enumerable.Range(0, 4).Select(_ => swarm.Add(uplinkMbps: 0.3, options: options with { UploadLimit = 300_000 }))];
        VirtualViewer fast = swarm.Add(uplinkMbps: 20, options: options);
        for (int i = 0; i < slow.Count; i++)
        {
            VirtualViewer viewer = slow[i];
            swarm.Time.At(TimeSpan.FromSeconds(1 + i), () => viewer.Join(new ChunkId(0)));
        }

        swarm.Time.At(TimeSpan.FromSeconds(45), () => fast.Join(new ChunkId(0)));
        swarm.Run(90);
        long before = slow.Sum(viewer => viewer.Statistics.OriginBytes);
        swarm.Run(150);

        // Four viewers for a minute would be 45 MB; it is 45 s behind all of them.
        long taken = slow.Sum(viewer => viewer.Statistics.OriginBytes) - before;
        Assert.True(taken < 9_000_000, $"{taken}");
    }

    [Fact]
    public void Seek_InARecording_GoesOnFromThere()
    {
        using var swarm = new VirtualSwarm(seed: 16);
        swarm.Origin.Record(TimeSpan.FromSeconds(600));
        var options = new SwarmOptions { Recorded = true, WindowChunks = 1024 };
        VirtualViewer first = swarm.Add(options: options);
        VirtualViewer second = swarm.Add(options: options);
        swarm.Time.At(TimeSpan.FromSeconds(1), () => first.Join(new ChunkId(2500)));
        swarm.Time.At(TimeSpan.FromSeconds(2), () => second.Join(new ChunkId(0)));
        swarm.Run(30);
        second.Call((session, now) => session.Seek(now, new ChunkId(2510)));
        swarm.Run(60);

        Assert.Contains(new ChunkId(2510), second.Delivered);
        Assert.Equal(PlaybackState.Playing, second.Session.State);
        Assert.True(second.Statistics.NeighborBytes > 1_000_000, "after the jump the neighbor's chunks are of use");
        Assert.Equal(0, second.Statistics.Stalls);
    }

    [Fact]
    public void Seek_TwentyTimesInTwoSeconds_KeepsTheNeighbors()
    {
        using var swarm = new VirtualSwarm(seed: 7);
        swarm.JoinAll(4, warmUp: 60, options: new SwarmOptions { TargetLatency = TimeSpan.FromSeconds(10) });
        swarm.Run(90);
        VirtualViewer seeker = swarm.Viewers[1];
        Assert.Equal(3, seeker.Neighbors.Count());
        for (int i = 1; i <= 20; i++)
        {
            ChunkId target = new(200 - (5 * i));
            swarm.Time.After(TimeSpan.FromMilliseconds(110 * i), () => seeker.Call((session, now) => session.Seek(now, target)));
        }

        swarm.Run(93);

        Assert.Equal(3, seeker.Neighbors.Count());
        Assert.DoesNotContain(swarm.Viewers, viewer => viewer.Disconnects.Any(d => d.Reason == DisconnectReason.ProtocolError));
    }

    [Fact]
    public void Pause_StopsTheClockAndResumeGoesOn()
    {
        using var swarm = new VirtualSwarm(seed: 17);
        swarm.JoinAll(3);
        swarm.Run(30);
        VirtualViewer viewer = swarm.Viewers[0];
        viewer.Call((session, now) => session.Pause(now));
        MediaTime? position = viewer.Statistics.Position;
        swarm.Run(40);
        Assert.Equal(position, viewer.Statistics.Position);
        viewer.Call((session, now) => session.Resume(now));
        swarm.Run(50);

        Assert.Equal(10, (viewer.Statistics.Position!.Value - position!.Value).Seconds, 1);
        Assert.Equal(0, viewer.Statistics.Stalls);
    }

    [Fact]
    public void Leave_ClosesEveryConnection()
    {
        using var swarm = new VirtualSwarm(seed: 18);
        swarm.JoinAll(4);
        swarm.Run(20);
        VirtualViewer viewer = swarm.Viewers[0];
        viewer.Call((session, now) => session.Leave(now));

        Assert.Equal(3, viewer.Disconnects.Count);
        Assert.All(viewer.Disconnects, entry => Assert.Equal(DisconnectReason.Leaving, entry.Reason));
        Assert.Equal(TimeSpan.MaxValue, viewer.Session.NextDeadline);
        swarm.Run(30);
        Assert.Equal(0, new SwarmReport(swarm, swarm.Viewers.Skip(1)).Stalls);
    }

    [Fact]
    public void SameSeed_Twice_GivesTheSameRun()
    {
        Assert.Equal(Run(19), Run(19));
        Assert.NotEqual(Run(19), Run(20));

        static string Run(int seed)
        {
            using var swarm = new VirtualSwarm(seed);
            swarm.JoinAll(12, spacing: 0.1, options: new SwarmOptions { TargetNeighbors = 5, MinNeighbors = 2, MaxNeighbors = 8 });
            swarm.Time.At(TimeSpan.FromSeconds(18), swarm.Viewers[3].Die);
            swarm.Run(30);
            return string.Join('\n', swarm.Viewers.Select(viewer => $"{viewer.Statistics} {viewer.CallsIn}"));
        }
    }

    [Fact]
    public void Garbage_FromANeighbor_CostsOnlyItsConnection()
    {
        using var swarm = new VirtualSwarm(seed: 21);
        swarm.JoinAll(2);
        swarm.Run(20);
        VirtualViewer viewer = swarm.Viewers[0];
        var random = new Random(22);
        byte[] buffer = new byte[200];
        for (int i = 0; i < 20_000; i++)
        {
            var neighbor = new NeighborId(1_000_000 + i);
            var peer = new PeerId((ulong)i + 1);
            viewer.Session.NeighborConnected(swarm.Time.Now, neighbor, peer, weOffered: false);
            if (i % 2 == 0)
            {
                byte[] handshake = new Protocol.Wire.HandshakeMessage(
                    SwarmId.Derive(swarm.Verifier.ChannelFingerprint, "main"), peer, Protocol.Wire.Capabilities.Upload, default, default).Encode();
                viewer.Session.Receive(swarm.Time.Now, neighbor, false, handshake);
            }

            for (int j = 0; j < 10; j++)
            {
                random.NextBytes(buffer);
                buffer[0] = (byte)random.Next(1, 17);
                buffer[17] = (byte)random.Next(4);
                int length = random.Next(2) == 0 ? random.Next(buffer.Length) : buffer[0] switch
                {
                    2 => 18 + (4 * buffer[17]),
                    3 => 15,
                    4 or 12 or 13 => 5,
                    7 or 8 => 1,
                    10 => 7,
                    11 => 6,
                    15 => 17,
                    _ => 100,
                };
                viewer.Session.Receive(swarm.Time.Now, neighbor, random.Next(4) == 0, buffer.AsSpan(0, length));
            }

            viewer.Session.NeighborClosed(swarm.Time.Now, neighbor);
        }

        viewer.Call((session, now) => session.Tick(now));
        swarm.Run(40);
        Assert.Equal(PlaybackState.Playing, viewer.Session.State);
        Assert.Equal(0, viewer.Statistics.Stalls);
        Assert.Equal(0, viewer.WrongDeliveries);
    }
}

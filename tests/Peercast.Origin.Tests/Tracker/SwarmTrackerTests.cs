using System.Diagnostics;
using Peercast.Origin.Tracker;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tests.Tracker;

public sealed class SwarmTrackerTests
{
    private readonly TrackerFixture _swarm = new();

    [Fact]
    public void Join_First_GetsAnIdAndNobodyToMeet()
    {
        var viewer = _swarm.Join();
        Assert.True(PeerId.TryParse(viewer.Id, out _));
        Assert.Empty(viewer.Peers.Peers);
        Assert.Equal(1, _swarm.Tracker.Statistics.Viewers);
    }

    [Fact]
    public void Join_Second_IsToldOfTheFirst()
    {
        var first = _swarm.Join();
        var second = _swarm.Join();
        Assert.Equal(first.Id, Assert.Single(second.Peers.Peers).PeerId);
    }

    [Fact]
    public void Join_OthersAreNotListening_IsToldOfNobody()
    {
        _swarm.Join(listening: false);
        Assert.Empty(_swarm.Join().Peers.Peers);
    }

    [Fact]
    public void Join_ManyAreThere_GetsTwentyDistinctOthers()
    {
        for (int i = 0; i < 500; i++)
        {
            _swarm.Join();
        }

        var viewer = _swarm.Join();
        var ids = viewer.Peers.Peers.Select(p => p.PeerId).ToHashSet();
        Assert.Equal(20, ids.Count);
        Assert.DoesNotContain(viewer.Id, ids);
    }

    [Fact]
    public void Join_FewAreStrong_StrongOnesAreIntroducedMoreOftenThanChanceAlone()
    {
        for (int i = 0; i < 1_000; i++)
        {
            _swarm.Join(uplinkKbps: i % 10 == 0 ? 50_000 : 1_000);
        }

        int strong = 0;
        for (int i = 0; i < 50; i++)
        {
            strong += _swarm.Join(listening: false).Peers.Peers.Count(p => p.UplinkKbps > 1_000);
        }

        // By chance 100 of 1,000. The best of four, in 8 of 20 places: 8 * (1 - 0.9^4) + 12 * 0.1 = 4 of 20.
        Assert.InRange(strong, 150, 260);
    }

    [Theory]
    [InlineData(2, true, "version")]
    [InlineData(1, false, "swarm")]
    public void Join_WrongVersionOrSwarm_IsRefusedAndClosed(int version, bool sameSwarm, string code)
    {
        long connection = _swarm.Connect();
        _swarm.Send(connection, TrackerFixture.JoinOf() with { Version = version, SwarmId = sameSwarm ? TrackerFixture.Swarm.ToString() : new string('0', 64) });
        Assert.Equal(code, _swarm.Take<ErrorMessage>(connection).Code);
        Assert.Contains(connection, _swarm.Closed);
        Assert.Equal(0, _swarm.Tracker.Statistics.Viewers);
    }

    [Fact]
    public void Join_ChannelIsFull_IsRefusedUntilOneLeaves()
    {
        var swarm = new TrackerFixture(maxViewers: 2);
        var first = swarm.Join();
        swarm.Join();
        long third = swarm.Connect();
        swarm.Send(third, TrackerFixture.JoinOf());
        Assert.Equal("full", swarm.Take<ErrorMessage>(third).Code);

        swarm.Send(first.Connection, new LeaveMessage());
        Assert.Contains(first.Connection, swarm.Closed);
        swarm.Join();
    }

    [Fact]
    public void Join_Twice_ExpelsTheViewer()
    {
        var viewer = _swarm.Join();
        _swarm.Send(viewer.Connection, TrackerFixture.JoinOf());
        Assert.Equal("malformed", _swarm.Take<ErrorMessage>(viewer.Connection).Code);
        Assert.Contains(viewer.Connection, _swarm.Closed);
    }

    [Fact]
    public void Receive_BeforeJoin_IsRefused()
    {
        long connection = _swarm.Connect();
        _swarm.Send(connection, new WantPeersMessage(5, []));
        Assert.Equal("malformed", _swarm.Take<ErrorMessage>(connection).Code);
        Assert.Contains(connection, _swarm.Closed);
    }

    [Fact]
    public void Receive_NoMessage_ExpelsThatViewerAlone()
    {
        var bad = _swarm.Join();
        var good = _swarm.Join();
        _swarm.Send(bad.Connection, null);
        Assert.Equal([bad.Connection], _swarm.Closed);
        _swarm.Send(good.Connection, new WantPeersMessage(5, []));
        Assert.Empty(_swarm.Take<PeersMessage>(good.Connection).Peers);
    }

    [Fact]
    public void Resume_AfterLostConnection_KeepsIdAndIntroductions()
    {
        var other = _swarm.Join();
        var viewer = _swarm.Join();
        _swarm.Disconnect(viewer.Connection);
        var back = _swarm.Join(resume: viewer.Welcome.Resume);
        Assert.Equal(viewer.Id, back.Id);
        _swarm.Send(other.Connection, new OfferMessage(back.Id, "s", "sdp"));
        Assert.Equal(other.Id, _swarm.Take<OfferMessage>(back.Connection).Peer);
    }

    [Fact]
    public void Resume_AfterTrackerRestart_KeepsId()
    {
        var viewer = _swarm.Join();
        Assert.Equal(viewer.Id, new TrackerFixture(seed: 2).Join(resume: viewer.Welcome.Resume).Id);
    }

    [Fact]
    public void Resume_OldConnectionStillOpen_ReplacesIt()
    {
        var viewer = _swarm.Join();
        var back = _swarm.Join(resume: viewer.Welcome.Resume);
        Assert.Equal(viewer.Id, back.Id);
        Assert.Equal("replaced", _swarm.Take<ErrorMessage>(viewer.Connection).Code);
        Assert.Contains(viewer.Connection, _swarm.Closed);
        Assert.Equal(1, _swarm.Tracker.Statistics.Viewers);
        _swarm.Disconnect(viewer.Connection);
        Assert.Equal(1, _swarm.Tracker.Statistics.Viewers);
    }

    [Fact]
    public void Resume_ForgedToken_GetsAnotherId()
    {
        var viewer = _swarm.Join();
        string forged = viewer.Id + viewer.Welcome.Resume[16..^1] + (viewer.Welcome.Resume[^1] == '0' ? '1' : '0');
        Assert.NotEqual(viewer.Id, _swarm.Join(resume: forged).Id);
        Assert.Empty(_swarm.Closed);
    }

    [Fact]
    public void WantPeers_NamesWhomItKnows_GetsOthers()
    {
        var others = Enumerable.Range(0, 10).Select(_ => _swarm.Join().Id).ToList();
        var viewer = _swarm.Join();
        _swarm.Send(viewer.Connection, new WantPeersMessage(30, [.. others.Take(7)]));
        var peers = _swarm.Take<PeersMessage>(viewer.Connection).Peers.Select(p => p.PeerId).ToHashSet();
        Assert.Equal(others.Skip(7).ToHashSet(), peers);
    }

    [Fact]
    public void WantPeers_Flood_IsSlowedThenExpelled()
    {
        var viewer = _swarm.Join();
        for (int i = 0; i < 250 && _swarm.Closed.Count == 0; i++)
        {
            _swarm.Send(viewer.Connection, new WantPeersMessage(1, []));
        }

        var messages = _swarm.TakeAll(viewer.Connection);
        Assert.Equal(10, messages.OfType<PeersMessage>().Count());
        Assert.Equal(2, messages.OfType<ErrorMessage>().Count(e => e.Code == "rate"));
        Assert.Contains(viewer.Connection, _swarm.Closed);
    }

    [Fact]
    public void Relay_BetweenIntroduced_GoesBothWaysWithTheSendersId()
    {
        var first = _swarm.Join();
        var second = _swarm.Join();
        _swarm.Send(second.Connection, new OfferMessage(first.Id, "s1", "offer"));
        Assert.Equal(new OfferMessage(second.Id, "s1", "offer"), _swarm.Take<OfferMessage>(first.Connection));
        _swarm.Send(first.Connection, new AnswerMessage(second.Id, "s1", "answer"));
        Assert.Equal(new AnswerMessage(first.Id, "s1", "answer"), _swarm.Take<AnswerMessage>(second.Connection));
        _swarm.Send(first.Connection, new CandidateMessage(second.Id, "s1", "candidate:1", "0"));
        Assert.Equal(new CandidateMessage(first.Id, "s1", "candidate:1", "0"), _swarm.Take<CandidateMessage>(second.Connection));
        _swarm.Send(first.Connection, new RefusedMessage(second.Id, "s1", "full"));
        Assert.Equal(new RefusedMessage(first.Id, "s1", "full"), _swarm.Take<RefusedMessage>(second.Connection));
    }

    [Fact]
    public void Relay_ToAStranger_IsAnsweredAsIfItHadLeft()
    {
        var first = _swarm.Join(listening: false);
        var second = _swarm.Join(listening: false);
        _swarm.Send(second.Connection, new OfferMessage(first.Id, "s1", "offer"));
        Assert.Equal(new RefusedMessage(first.Id, "s1", "gone"), _swarm.Take<RefusedMessage>(second.Connection));
        Assert.Empty(_swarm.TakeAll(first.Connection));
    }

    [Fact]
    public void Relay_ToOneWhoLeft_IsAnsweredGone()
    {
        var first = _swarm.Join();
        var second = _swarm.Join();
        _swarm.Disconnect(first.Connection);
        _swarm.Send(second.Connection, new OfferMessage(first.Id, "s1", "offer"));
        Assert.Equal(new RefusedMessage(first.Id, "s1", "gone"), _swarm.Take<RefusedMessage>(second.Connection));
    }

    [Fact]
    public void Relay_ProbingForStrangers_EndsInExpulsion()
    {
        var viewer = _swarm.Join();
        for (int i = 0; i < 300 && _swarm.Closed.Count == 0; i++)
        {
            _swarm.Send(viewer.Connection, new OfferMessage(i.ToString("x16"), "s", ""));
        }

        Assert.Contains(viewer.Connection, _swarm.Closed);
        Assert.Equal(0, _swarm.Tracker.Statistics.Viewers);
    }

    [Theory]
    [InlineData(8 * 1024 + 1, 1)]
    [InlineData(1, 33)]
    [InlineData(1, 0)]
    public void Relay_OverSizeLimits_ExpelsTheSender(int sdp, int session)
    {
        var first = _swarm.Join();
        var second = _swarm.Join();
        _swarm.Send(second.Connection, new OfferMessage(first.Id, new string('s', session), new string('a', sdp)));
        Assert.Equal([second.Connection], _swarm.Closed);
        Assert.Empty(_swarm.TakeAll(first.Connection));
    }

    [Fact]
    public void Receive_MessageOfATracker_ExpelsTheSender()
    {
        var viewer = _swarm.Join();
        _swarm.Send(viewer.Connection, new PeersMessage([]));
        Assert.Contains(viewer.Connection, _swarm.Closed);
    }

    [Fact]
    public void Report_SumsOverViewers_DepartedIncluded()
    {
        var first = _swarm.Join();
        var second = _swarm.Join();
        _swarm.Send(first.Connection, new ReportMessage(100, 0, 50, 500, 10, 1, 1));
        _swarm.Send(first.Connection, new ReportMessage(200, 100, 60, 500, 20, 2, 1));
        _swarm.Send(second.Connection, new ReportMessage(50, 650, 0, 0, 30, 0, 1));
        _swarm.Disconnect(first.Connection);
        var totals = _swarm.Tracker.Statistics;
        Assert.Equal(new SwarmStatistics(1, 250, 750, 60, 50, 2), totals);
        Assert.Equal(0.75, totals.OffloadRatio);
    }

    [Fact]
    public void Report_AfterResume_IsNotCountedTwice()
    {
        var viewer = _swarm.Join();
        _swarm.Send(viewer.Connection, new ReportMessage(100, 300, 0, 500, 10, 1, 1));
        _swarm.Disconnect(viewer.Connection);
        var back = _swarm.Join(resume: viewer.Welcome.Resume);
        _swarm.Send(back.Connection, new ReportMessage(110, 310, 0, 500, 11, 1, 1));
        Assert.Equal(new SwarmStatistics(1, 110, 310, 0, 11, 1), _swarm.Tracker.Statistics);
    }

    [Fact]
    public void Report_AfterTrackerRestart_CountsFromThere()
    {
        var viewer = _swarm.Join();
        var restarted = new TrackerFixture(seed: 2);
        var back = restarted.Join(resume: viewer.Welcome.Resume);
        restarted.Send(back.Connection, new ReportMessage(1_000_000_000, 1_000_000_000, 0, 500, 1000, 1, 1));
        restarted.Send(back.Connection, new ReportMessage(1_000_000_007, 1_000_000_000, 0, 500, 1001, 1, 1));
        Assert.Equal(new SwarmStatistics(1, 7, 0, 0, 1, 0), restarted.Tracker.Statistics);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(long.MaxValue, 0)]
    [InlineData(0, long.MaxValue)]
    [InlineData(0, 11)]
    public void Report_Impossible_IsNotCounted(long originBytes, long fallbacks)
    {
        var viewer = _swarm.Join();
        _swarm.Send(viewer.Connection, new ReportMessage(originBytes, 0, 0, 0, 10, fallbacks, 0));
        Assert.Equal(new SwarmStatistics(1, 0, 0, 0, 0, 0), _swarm.Tracker.Statistics);
    }

    [Fact]
    public void Receive_RandomMessages_NeverThrowsAndStaysConsistent()
    {
        var random = new Random(11);
        var live = new List<Viewer>();
        string Any() => random.Next(3) == 0 || live.Count == 0 ? random.NextInt64().ToString("x16") : live[random.Next(live.Count)].Id;
        for (int i = 0; i < 100_000; i++)
        {
            _swarm.Advance(random.NextDouble() * 0.01);
            live.RemoveAll(v => _swarm.Closed.Contains(v.Connection));
            if (live.Count < 5 || (live.Count < 60 && random.Next(20) == 0))
            {
                live.RemoveAll(v => _swarm.Closed.Contains(v.Connection));
                live.Add(_swarm.Join(random.Next(-5, 50_000), random.Next(4) > 0, random.Next(3) == 0 && live.Count > 0 ? live[random.Next(live.Count)].Welcome.Resume : null));
                continue;
            }

            var viewer = live[random.Next(live.Count)];
            SignalingMessage? message = random.Next(60) switch
            {
                0 => null,
                1 => new LeaveMessage(),
                < 10 => new WantPeersMessage(random.Next(-1, 100), [.. Enumerable.Range(0, random.Next(10)).Select(_ => random.Next(2) == 0 ? Any() : "x")]),
                < 20 => new ReportMessage(random.Next(-1, 1000), random.Next(1000), random.Next(1000), random.Next(), random.Next(100), random.Next(50), random.Next(20)),
                < 30 => new AnswerMessage(Any(), "s", "sdp"),
                < 40 => new CandidateMessage(Any(), "s", "c", "0"),
                < 41 => new ErrorMessage("", ""),
                _ => new OfferMessage(Any(), "s", "sdp"),
            };
            _swarm.Send(viewer.Connection, message);
            if (random.Next(100) == 0 && !_swarm.Closed.Contains(viewer.Connection))
            {
                _swarm.Disconnect(viewer.Connection);
                live.Remove(viewer);
            }
        }

        live.RemoveAll(v => _swarm.Closed.Contains(v.Connection));
        Assert.Equal(live.Count, _swarm.Tracker.Statistics.Viewers);
    }

    [Fact]
    public void Receive_SameSeedAndMessages_SameAnswers()
    {
        static string Run()
        {
            var swarm = new TrackerFixture(seed: 5);
            var viewers = Enumerable.Range(0, 300).Select(i => swarm.Join(uplinkKbps: i * 10)).ToList();
            swarm.Advance(5);
            return string.Join(' ', viewers.SelectMany(v => v.Peers.Peers).Select(p => p.PeerId))
                + string.Join(' ', swarm.Tracker.Duty.Seeds);
        }

        Assert.Equal(Run(), Run());
    }

    // Cost in proportion to the audience would make the larger one a hundred times dearer per join; noise does not.
    [Fact]
    public void Join_HundredTimesTheAudience_CostsAboutTheSame()
    {
        var small = new TrackerFixture();
        var large = new TrackerFixture(maxViewers: 30_000);
        for (int i = 0; i < 20_000; i++)
        {
            large.Join();
        }

        for (int i = 0; i < 200; i++)
        {
            small.Join();
        }

        static TimeSpan Measure(TrackerFixture swarm)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < 300; i++)
            {
                swarm.Disconnect(swarm.Join().Connection);
            }

            return Stopwatch.GetElapsedTime(start);
        }

        // In turn, and the shortest of each counts: a machine that does something else in between only makes it take more rounds.
        (TimeSpan smallTime, TimeSpan largeTime) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (int round = 0; round < 5 || (round < 50 && largeTime >= smallTime * 20); round++)
        {
            (TimeSpan smallNow, TimeSpan largeNow) = (Measure(small), Measure(large));
            smallTime = smallNow < smallTime ? smallNow : smallTime;
            largeTime = largeNow < largeTime ? largeNow : largeTime;
        }

        Assert.True(largeTime < smallTime * 20, $"{largeTime} against {smallTime}");
    }
}

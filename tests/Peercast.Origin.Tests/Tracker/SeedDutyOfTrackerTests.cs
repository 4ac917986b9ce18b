using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tests.Tracker;

public sealed class SeedDutyOfTrackerTests
{
    private readonly TrackerFixture _swarm = new();

    [Fact]
    public void Tick_OneViewer_IsTheSeedAtOnce()
    {
        var viewer = _swarm.Join();
        _swarm.Advance(0.05);
        var seeds = _swarm.Take<SeedsMessage>(viewer.Connection);
        Assert.Equal(1, seeds.Copies);
        Assert.Equal(viewer.Id, Assert.Single(seeds.Seeds).PeerId);
    }

    [Fact]
    public void Tick_NobodyUploadsOrListens_HasNoSeeds()
    {
        var mute = _swarm.Join(uplinkKbps: 0);
        var hidden = _swarm.Join(listening: false);
        _swarm.Advance(10);
        var sent = _swarm.TakeAll(mute.Connection).Concat(_swarm.TakeAll(hidden.Connection));
        Assert.DoesNotContain(sent, m => m is SeedsMessage { Seeds.Length: > 0 });
        Assert.Empty(_swarm.Tracker.Duty.Seeds);
    }

    [Fact]
    public void Tick_EightViewers_AllSeedOneCopy()
    {
        var viewers = Enumerable.Range(0, 8).Select(_ => _swarm.Join()).ToList();
        _swarm.Advance(3);
        foreach (var viewer in viewers)
        {
            var last = _swarm.TakeAll(viewer.Connection).OfType<SeedsMessage>().Last();
            Assert.Equal(1, last.Copies);
            Assert.Equal(viewers.Select(v => v.Id).ToHashSet(), last.Seeds.Select(s => s.PeerId).ToHashSet());
        }
    }

    [Fact]
    public void Tick_NothingChanges_NothingIsSent()
    {
        var viewers = Enumerable.Range(0, 40).Select(_ => _swarm.Join()).ToList();
        _swarm.Advance(40);
        viewers.ForEach(v => _swarm.TakeAll(v.Connection));
        _swarm.Advance(60);
        Assert.Empty(viewers.SelectMany(v => _swarm.TakeAll(v.Connection)));
    }

    [Fact]
    public void Tick_JoinsEveryTenthOfASecond_ChangesOnceASecond()
    {
        var first = _swarm.Join();
        for (int i = 0; i < 100; i++)
        {
            _swarm.Advance(0.1);
            _swarm.Join();
        }

        Assert.InRange(_swarm.TakeAll(first.Connection).OfType<SeedsMessage>().Count(), 1, 11);
    }

    [Fact]
    public void Disconnected_OfASeed_ReplacesItAtOnce()
    {
        var viewers = Enumerable.Range(0, 8).Select(_ => _swarm.Join()).ToList();
        _swarm.Advance(5.5);
        viewers.ForEach(v => _swarm.TakeAll(v.Connection));
        _swarm.Disconnect(viewers[0].Connection);
        _swarm.Disconnect(viewers[1].Connection);
        _swarm.Advance(0.06);
        var message = Assert.Single(_swarm.TakeAll(viewers[2].Connection).OfType<SeedsMessage>());
        Assert.Equal(6, message.Seeds.Length);
    }

    [Fact]
    public void Resume_OfASeed_IsToldItsDutyAgain()
    {
        var viewers = Enumerable.Range(0, 4).Select(_ => _swarm.Join()).ToList();
        _swarm.Advance(5.5);
        _swarm.Disconnect(viewers[0].Connection);
        _swarm.Advance(0.01);
        var back = _swarm.Join(resume: viewers[0].Welcome.Resume);
        _swarm.Advance(0.1);
        Assert.Equal(4, _swarm.Take<SeedsMessage>(back.Connection).Seeds.Length);
    }

    [Fact]
    public void Tick_ManyViewers_AtMost64SeedsWhichBecomeTheStrongOnes()
    {
        var viewers = Enumerable.Range(0, 1_000).Select(i => _swarm.Join(uplinkKbps: i % 5 == 0 ? 20_000 : 1_000)).ToList();
        _swarm.Advance(90);
        var (seeds, copies) = _swarm.Tracker.Duty;
        var strong = viewers.Where((_, i) => i % 5 == 0).Select(v => v.Id).ToHashSet();
        Assert.Equal(64, seeds.Length);
        Assert.Equal(1, copies);
        Assert.All(seeds, s => Assert.Contains(s.Peer.ToString(), strong));
    }

    [Fact]
    public void Tick_SeedIsDisplaced_IsToldThatItsDutyIsOver()
    {
        var weak = Enumerable.Range(0, 64).Select(_ => _swarm.Join(uplinkKbps: 1_000)).ToList();
        _swarm.Advance(2);
        foreach (int i in Enumerable.Range(0, 64))
        {
            _swarm.Join(uplinkKbps: 2_500);
        }

        _swarm.Advance(90);
        var seeds = _swarm.Tracker.Duty.Seeds.Select(s => s.Peer.ToString()).ToHashSet();
        Assert.All(weak, v => Assert.DoesNotContain(v.Id, seeds));
        Assert.All(weak, v => Assert.Empty(_swarm.TakeAll(v.Connection).OfType<SeedsMessage>().Last().Seeds));
    }

    [Fact]
    public void Report_ProvenUplink_GivesWeight()
    {
        var strong = _swarm.Join(uplinkKbps: 8_000);
        var weak = _swarm.Join(uplinkKbps: 8_000);
        _swarm.Send(strong.Connection, new ReportMessage(0, 0, 0, 6_000, 0, 0, 1));
        _swarm.Advance(3);
        var weights = _swarm.Tracker.Duty.Seeds.ToDictionary(s => s.Peer.ToString(), s => s.Weight);
        Assert.InRange(weights[strong.Id] / weights[weak.Id], 2.5, 3.5);
    }

    [Fact]
    public void Report_ManyFallbacks_AddCopiesAndCalmTakesThemBack()
    {
        var viewers = Enumerable.Range(0, 40).Select(_ => _swarm.Join()).ToList();
        long chunks = 0;
        long fallbacks = 0;
        void Play(int seconds, double ratio)
        {
            for (int second = 0; second < seconds; second += 2)
            {
                chunks += 100;
                fallbacks += (long)(100 * ratio);
                foreach (var viewer in viewers)
                {
                    _swarm.Send(viewer.Connection, new ReportMessage(0, 0, 0, 0, chunks, fallbacks, 1));
                }

                _swarm.Advance(2);
            }
        }

        Play(30, 0.05);
        Assert.Equal(1, _swarm.Tracker.Duty.Copies);
        Play(60, 0.05);
        Assert.InRange(_swarm.Tracker.Duty.Copies, 2, 4);
        Play(180, 0);
        Assert.Equal(1, _swarm.Tracker.Duty.Copies);
    }
}

using Peercast.Origin.Egress;

namespace Peercast.Origin.Tests.Egress;

public sealed class EgressPacerTests
{
    private const double Rate = 1_000_000;
    private const int Chunk = 50_000;

    private readonly EgressPacer _pacer = new(Rate);
    private readonly List<(TimeSpan At, EgressClass Kind)> _sent = [];
    private TimeSpan _now;

    [Fact]
    public void TryTake_MoreThanTheRate_NeverSendsMoreInAnySecond()
    {
        var random = new Random(1);
        foreach (int _ in Enumerable.Range(0, 400))
        {
            _now += TimeSpan.FromMilliseconds(random.Next(30));
            Ask((EgressClass)random.Next(2), Chunk);
            Send(_now);
        }

        Send(_now + TimeSpan.FromSeconds(60));

        Assert.Equal(400, _sent.Count);
        foreach ((TimeSpan at, _) in _sent)
        {
            int inSecond = _sent.Count(s => s.At >= at && s.At < at + TimeSpan.FromSeconds(1));
            Assert.InRange(inSecond * Chunk * 1500 / 1460.0, 0, Rate);
        }

        // Nor does it leave the line idle: 20.5 MB at 1 MB/s.
        Assert.InRange((_sent[^1].At - _sent[0].At).TotalSeconds, 19.5, 22);
    }

    [Fact]
    public void TryTake_AllClassesWait_WatchingGoesFirstAndHlsLast()
    {
        Ask(EgressClass.Hls, Chunk);
        Ask(EgressClass.Joining, Chunk);
        Ask(EgressClass.Joining, Chunk);
        Ask(EgressClass.Watching, Chunk);
        Send(TimeSpan.FromSeconds(5));

        Assert.Equal([EgressClass.Watching, EgressClass.Joining, EgressClass.Joining, EgressClass.Hls], _sent.Select(s => s.Kind));
    }

    [Fact]
    public void TryTake_HlsAlone_HasHalfOfTheRate()
    {
        for (int i = 0; i < 100; i++)
        {
            Ask(EgressClass.Hls, Chunk);
        }

        Send(TimeSpan.FromSeconds(5));

        Assert.InRange(_sent.Count * Chunk / 5.0, Rate * 0.45, Rate * 0.53);
    }

    [Fact]
    public void TryTake_TwoRepliesOfManyChunks_TakeTurns()
    {
        var order = new List<PacedReply>();
        PacedReply first = _pacer.Open(EgressClass.Watching, 3 * Chunk), second = _pacer.Open(EgressClass.Watching, 3 * Chunk);
        _pacer.Want(first, Chunk);
        _pacer.Want(second, Chunk);
        while (order.Count < 6)
        {
            _now = _pacer.Due > _now ? _pacer.Due : _now;
            PacedReply reply = _pacer.TryTake(_now)!;
            order.Add(reply);
            if (reply.Left > 0)
            {
                _pacer.Want(reply, Chunk);
            }
        }

        Assert.Equal([first, second, first, second, first, second], order);
        Assert.Equal(0, _pacer.Pending(EgressClass.Watching));
    }

    [Fact]
    public void Close_WhoeverGaveUp_NeitherCountsNorGetsATurn()
    {
        PacedReply gone = _pacer.Open(EgressClass.Watching, 2_000_000);
        _pacer.Want(gone, Chunk);
        Assert.InRange(_pacer.WaitFor(EgressClass.Watching).TotalSeconds, 2.0, 2.1);
        _pacer.Close(gone);

        Assert.Equal(TimeSpan.Zero, _pacer.WaitFor(EgressClass.Watching));
        Assert.Equal(TimeSpan.MaxValue, _pacer.Due);
        Assert.Null(_pacer.TryTake(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void WaitFor_HigherClassesAhead_CountsThemAndNotTheLower()
    {
        _pacer.Open(EgressClass.Watching, 1_000_000);
        _pacer.Open(EgressClass.Hls, 1_000_000);

        Assert.InRange(_pacer.WaitFor(EgressClass.Watching).TotalSeconds, 1.0, 1.1);
        Assert.InRange(_pacer.WaitFor(EgressClass.Joining).TotalSeconds, 1.0, 1.1);
        Assert.InRange(_pacer.WaitFor(EgressClass.Hls).TotalSeconds, 2.0, 2.2);
    }

    [Fact]
    public void Charge_WhatDoesNotWait_IsWaitedFor()
    {
        _now = TimeSpan.FromSeconds(10);
        _pacer.Charge(_now, 500_000);
        Ask(EgressClass.Watching, Chunk);
        Send(_now + TimeSpan.FromSeconds(5));

        Assert.InRange((_sent[0].At - TimeSpan.FromSeconds(10)).TotalSeconds, 0.45, 0.55);
    }

    private void Ask(EgressClass kind, int bytes) => _pacer.Want(_pacer.Open(kind, bytes), bytes);

    /// <summary>Gives all turns until then.</summary>
    private void Send(TimeSpan until)
    {
        while (_pacer.Due <= until)
        {
            _now = _pacer.Due > _now ? _pacer.Due : _now;
            if (_pacer.TryTake(_now) is { } reply)
            {
                _sent.Add((_now, reply.Kind));
            }
        }

        _now = until;
    }
}

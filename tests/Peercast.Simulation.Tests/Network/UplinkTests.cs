using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Tests.Network;

public sealed class UplinkTests
{
    private static readonly DataFragment Fragment = new(1, new ChunkId(1), 0, 16_000 - 21, new byte[16_000 - 21]);

    [Fact]
    public void Complete_TwoConnections_TakeTurnsAtTheLinesRate()
    {
        var uplink = new Uplink(1_000_000);
        var first = new SendQueue(new NeighborId(1), loss: 0);
        var second = new SendQueue(new NeighborId(2), loss: 0);
        for (int i = 0; i < 3; i++)
        {
            uplink.Enqueue(TimeSpan.Zero, first, Fragment);
            uplink.Enqueue(TimeSpan.Zero, second, Fragment);
        }

        var order = new List<long>();
        TimeSpan now = TimeSpan.Zero;
        while (uplink.Due < TimeSpan.MaxValue)
        {
            now = uplink.Due;
            Assert.True(uplink.Complete(now, out SendQueue queue, out _));
            order.Add(queue.Connection.Value);
            uplink.Begin(now);
        }

        Assert.Equal([1, 2, 1, 2, 1, 2], order);
        Assert.Equal(6 * WireCost.Message(Fragment.MessageLength) * 8 / 1e6, now.TotalSeconds, 3);
        Assert.Equal(0, first.Buffered);
    }

    [Fact]
    public void Complete_ControlMessagesMeanwhile_TakeTheirTimeFromTheLine()
    {
        var uplink = new Uplink(1_000_000);
        var queue = new SendQueue(new NeighborId(1), loss: 0);
        uplink.Enqueue(TimeSpan.Zero, queue, Fragment);
        TimeSpan alone = uplink.Due;
        TimeSpan left = uplink.SendControl(TimeSpan.Zero, 1250);

        Assert.True(left < alone, "a control message does not wait for a whole fragment");
        Assert.False(uplink.Complete(alone, out _, out _));
        Assert.Equal(alone + TimeSpan.FromMilliseconds(10), uplink.Due);
        Assert.True(uplink.Complete(uplink.Due, out _, out _));
    }

    [Fact]
    public void Enqueue_PathThatLosesPackets_TakesTheLineForThemAgain()
    {
        var uplink = new Uplink(1_000_000);
        uplink.Enqueue(TimeSpan.Zero, new SendQueue(new NeighborId(1), loss: 0.2), Fragment);
        Assert.Equal(WireCost.Message(Fragment.MessageLength) * 8 / 0.8e6, uplink.Due.TotalSeconds, 3);
    }

    [Fact]
    public void Remove_ConnectionUnderWay_FreesTheLine()
    {
        var uplink = new Uplink(1_000_000);
        var gone = new SendQueue(new NeighborId(1), loss: 0);
        var other = new SendQueue(new NeighborId(2), loss: 0);
        uplink.Enqueue(TimeSpan.Zero, gone, Fragment);
        uplink.Enqueue(TimeSpan.Zero, other, Fragment);
        uplink.Remove(TimeSpan.Zero, gone);

        TimeSpan now = uplink.Due;
        Assert.False(uplink.Complete(now, out _, out _));
        uplink.Begin(now);
        Assert.True(uplink.Complete(uplink.Due, out SendQueue queue, out _));
        Assert.Equal(2, queue.Connection.Value);
    }
}

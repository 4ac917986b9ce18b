using Peercast.WebRtc.Driver;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class DriverTurnTests
{
    private readonly EventQueue _events = new(100);
    private readonly List<string> _log = [];

    [Fact]
    public void TryPutOff_OutsideOfATurn_IsRefused() => Assert.False(DriverTurn.TryPutOff(new Sender(_log)));

    [Fact]
    public void Raise_HandlersThatQueueSeveralMessages_SendOnceAfterTheLastOfThem()
    {
        var sender = new Sender(_log);
        for (int i = 0; i < 3; i++)
        {
            _events.Post(() =>
            {
                Assert.True(DriverTurn.TryPutOff(sender));
                _log.Add("queued");
            });
        }

        DriverTurn.Raise(_events);
        Assert.Equal(["queued", "queued", "queued", "sent"], _log);
        Assert.False(DriverTurn.TryPutOff(sender));
    }

    [Fact]
    public void Raise_WhatIsSentCausesMore_SendsThatToo()
    {
        var second = new Sender(_log);
        var first = new Sender(_log) { Sending = () => Assert.True(DriverTurn.TryPutOff(second)) };
        _events.Post(() => DriverTurn.TryPutOff(first));
        DriverTurn.Raise(_events);
        Assert.Equal(["sent", "sent"], _log);
    }

    [Fact]
    public void Raise_InsideAHandler_LeavesTheSendingToTheOuterTurn()
    {
        var other = new EventQueue(100);
        var sender = new Sender(_log);
        other.Post(() => DriverTurn.TryPutOff(sender));
        _events.Post(() =>
        {
            DriverTurn.Raise(other);
            _log.Add("outer ends");
        });
        DriverTurn.Raise(_events);
        Assert.Equal(["outer ends", "sent"], _log);
    }

    [Fact]
    public void Raise_AHandlerThrows_StillSends()
    {
        var sender = new Sender(_log);
        _events.Post(() =>
        {
            DriverTurn.TryPutOff(sender);
            throw new InvalidOperationException("The handler's own.");
        });
        Assert.Throws<InvalidOperationException>(() => DriverTurn.Raise(_events));
        Assert.Equal(["sent"], _log);
        Assert.False(DriverTurn.TryPutOff(sender));
    }

    [Fact]
    public void Run_ActionOfTheUser_SendsAfterItAndLeavesEventsToTheDriver()
    {
        var sender = new Sender(_log);
        DriverTurn.Run(() =>
        {
            Assert.True(DriverTurn.TryPutOff(sender));
            _log.Add("queued");
        });
        Assert.Equal(["queued", "sent for the user"], _log);
        Assert.False(DriverTurn.TryPutOff(sender));
    }

    [Fact]
    public void Run_InsideAHandler_LeavesTheSendingToTheDriver()
    {
        var sender = new Sender(_log);
        _events.Post(() => DriverTurn.Run(() => DriverTurn.TryPutOff(sender)));
        DriverTurn.Raise(_events);
        Assert.Equal(["sent"], _log);
    }

    private sealed class Sender(List<string> log) : IPutOffSender
    {
        public Action? Sending { get; init; }

        public void SendPutOff(bool ofUser)
        {
            log.Add(ofUser ? "sent for the user" : "sent");
            Sending?.Invoke();
        }
    }
}

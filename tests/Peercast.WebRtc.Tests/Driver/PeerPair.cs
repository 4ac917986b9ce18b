using System.Collections.Concurrent;
using System.Net;
using Peercast.Protocol.Transport;

namespace Peercast.WebRtc.Tests.Driver;

/// <summary>Two connections of two factories over real loopback sockets, and the signaling between them.</summary>
internal sealed class PeerPair : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public PeerPair(IPAddress address)
    {
        OffererFactory = NewFactory(address);
        AnswererFactory = NewFactory(address);
        Offerer = new Peer(OffererFactory.CreatePeerConnection());
        Answerer = new Peer(AnswererFactory.CreatePeerConnection());
    }

    public PeerConnectionFactory OffererFactory { get; }

    public PeerConnectionFactory AnswererFactory { get; }

    public Peer Offerer { get; }

    public Peer Answerer { get; }

    public static PeerConnectionFactory NewFactory(IPAddress? address = null) =>
        new(new PeerConnectionFactoryOptions { BindAddresses = [address ?? IPAddress.Loopback] });

    public static void Signal(Peer offerer, Peer answerer)
    {
        offerer.Connection.IceCandidateGathered += candidate => answerer.Connection.AddIceCandidate(candidate ?? new IceCandidate("", "0"));
        answerer.Connection.IceCandidateGathered += candidate => offerer.Connection.AddIceCandidate(candidate ?? new IceCandidate("", "0"));
        SessionDescription offer = offerer.Connection.CreateOffer();
        SessionDescription? answer = answerer.Connection.TryAcceptOffer(offer, out string? error);
        Assert.True(answer is not null, error);
        Assert.True(offerer.Connection.TryAcceptAnswer(answer, out error), error);
    }

    public void Connect()
    {
        Signal(Offerer, Answerer);
        Offerer.WaitFor(PeerConnectionState.Connected);
        Answerer.WaitFor(PeerConnectionState.Connected);
    }

    public void Dispose()
    {
        OffererFactory.Dispose();
        AnswererFactory.Dispose();
    }
}

/// <summary>A connection whose events can be waited for.</summary>
internal sealed class Peer
{
    private readonly BlockingCollection<PeerConnectionState> _states = [];

    public Peer(IPeerConnection connection)
    {
        Connection = connection;
        connection.StateChanged += state =>
        {
            States.Enqueue(state);
            _states.Add(state);
        };
        connection.DataChannelReceived += channel => Channels.Add(new ChannelProbe(channel));
    }

    public IPeerConnection Connection { get; }

    public ConcurrentQueue<PeerConnectionState> States { get; } = new();

    /// <summary>The channels that the peer has opened.</summary>
    public BlockingCollection<ChannelProbe> Channels { get; } = [];

    public ChannelProbe Create(string label, DataChannelOptions? options = null) => new(Connection.CreateDataChannel(label, options));

    public ChannelProbe TakeChannel()
    {
        Assert.True(Channels.TryTake(out ChannelProbe? channel, PeerPair.Patience), "The peer opened no channel.");
        return channel;
    }

    public void WaitFor(params PeerConnectionState[] wanted)
    {
        PeerConnectionState last = Connection.State;
        do
        {
            Assert.True(_states.TryTake(out last, PeerPair.Patience), $"Still not {string.Join(" or ", wanted)} but {Connection.State}.");
        }
        while (!wanted.Contains(last));
    }
}

/// <summary>A data channel whose events can be waited for.</summary>
internal sealed class ChannelProbe
{
    private readonly SemaphoreSlim _low = new(0);

    public ChannelProbe(IDataChannel channel)
    {
        Channel = channel;
        channel.Opened += Opened.Set;
        channel.Closed += Closed.Set;
        channel.BufferedAmountLow += () => _low.Release();
        channel.MessageReceived += (message, isText) =>
        {
            if (Sink is { } sink)
            {
                sink(message);
            }
            else
            {
                Messages.Add((message.ToArray(), isText));
            }
        };
    }

    public IDataChannel Channel { get; }

    public ManualResetEventSlim Opened { get; } = new();

    public ManualResetEventSlim Closed { get; } = new();

    public BlockingCollection<(byte[] Bytes, bool IsText)> Messages { get; } = [];

    /// <summary>Takes messages instead of <see cref="Messages"/>.</summary>
    public ReadOnlySpanAction? Sink { get; set; }

    public delegate void ReadOnlySpanAction(ReadOnlySpan<byte> message);

    public byte[] Take()
    {
        Assert.True(Messages.TryTake(out (byte[] Bytes, bool IsText) message, PeerPair.Patience), "No message came.");
        return message.Bytes;
    }

    public void WaitOpened() => Assert.True(Opened.Wait(PeerPair.Patience), $"{Channel.Label} did not open.");

    public void WaitClosed() => Assert.True(Closed.Wait(PeerPair.Patience), $"{Channel.Label} did not close.");

    /// <summary>Sends, waiting while the buffer holds more than a megabyte.</summary>
    public void Send(ReadOnlySpan<byte> message)
    {
        Channel.BufferedAmountLowThreshold = 512 * 1024;
        while (Channel.BufferedAmount > 1024 * 1024)
        {
            // The event may have come between the look and the wait: the wait is short, and looks again.
            _low.Wait(TimeSpan.FromMilliseconds(20));
            Assert.Equal(DataChannelState.Open, Channel.State);
        }

        Assert.True(Channel.TrySend(message), $"{Channel.Label} does not take a message: {Channel.State}.");
    }
}

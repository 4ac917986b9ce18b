using Peercast.Protocol.Transport;
using Peercast.WebRtc.DataChannels;
using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Tests.Sctp;

namespace Peercast.WebRtc.Tests.DataChannels;

/// <summary>Two channel sets over two associations, joined by virtual links.</summary>
internal sealed class ChannelPair
{
    private readonly byte[] _buffer = new byte[2000];

    public ChannelPair(int seed = 1, SctpOptions? options = null)
    {
        GateA = new DataChannelGate { Wake = () => WakesOfA++, Now = () => Now };
        GateB = new DataChannelGate { Wake = () => { }, Now = () => Now };
        A = new DataChannelSet(GateA);
        B = new DataChannelSet(GateB);
        AssociationA = new SctpAssociation(options ?? new SctpOptions(), new Random(seed), A);
        AssociationB = new SctpAssociation(new SctpOptions(), new Random(seed + 1), B);
        A.Attach(AssociationA, isDtlsClient: true);
        B.Attach(AssociationB, isDtlsClient: false);
        A.ChannelReceived += channel => ReceivedByA.Add(new ChannelLog(channel));
        B.ChannelReceived += channel => ReceivedByB.Add(new ChannelLog(channel));
        AToB = new VirtualLink(new Random(seed));
        BToA = new VirtualLink(new Random(seed + 5));
    }

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(1);

    public DataChannelGate GateA { get; }

    public DataChannelGate GateB { get; }

    public DataChannelSet A { get; }

    public DataChannelSet B { get; }

    public SctpAssociation AssociationA { get; }

    public SctpAssociation AssociationB { get; }

    public VirtualLink AToB { get; }

    public VirtualLink BToA { get; }

    public List<ChannelLog> ReceivedByA { get; } = [];

    public List<ChannelLog> ReceivedByB { get; } = [];

    public int WakesOfA { get; private set; }

    public void Connect()
    {
        AssociationA.Connect(Now);
        AssociationB.Connect(Now);
        Run(0.2);
    }

    public void Run(double seconds)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        while (true)
        {
            while (AssociationA.TryGetPacket(Now, _buffer, out int length))
                AToB.Send(Now, _buffer.AsSpan(0, length));
            while (AssociationB.TryGetPacket(Now, _buffer, out int length))
                BToA.Send(Now, _buffer.AsSpan(0, length));
            A.RaiseEvents();
            B.RaiseEvents();
            var next = new[] { AToB.NextArrival, BToA.NextArrival, AssociationA.NextDeadline, AssociationB.NextDeadline }.Min();
            if (next is not { } at || at > end)
                break;
            Now = at > Now ? at : Now;
            while (AToB.TryReceive(Now, out var packet))
                AssociationB.Receive(Now, packet);
            while (BToA.TryReceive(Now, out var packet))
                AssociationA.Receive(Now, packet);
            AssociationA.Tick(Now);
            AssociationB.Tick(Now);
        }

        Now = end;
    }
}

/// <summary>Writes down what a channel raises.</summary>
internal sealed class ChannelLog
{
    public ChannelLog(IDataChannel channel)
    {
        Channel = channel;
        channel.Opened += () => Events.Add("opened");
        channel.Closed += () => Events.Add("closed");
        channel.BufferedAmountLow += () => Events.Add("low");
        channel.MessageReceived += (message, isText) => Messages.Add((message.ToArray(), isText));
    }

    public IDataChannel Channel { get; }

    public List<string> Events { get; } = [];

    public List<(byte[] Bytes, bool IsText)> Messages { get; } = [];
}

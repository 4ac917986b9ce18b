using System.Buffers.Binary;
using System.Text;
using Peercast.Fuzz.Engine;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.DataChannels;
using Peercast.WebRtc.Sctp;

namespace Peercast.Fuzz.Targets;

/// <summary>
/// DCEP (RFC 8832) and what a channel set makes of messages and stream resets, in whatever order. An input is the event, the
/// stream, the payload protocol, and the message.
/// </summary>
internal sealed class DcepTarget() : FuzzTarget("dcep", "dcep")
{
    private const int Head = 4;
    private const int Stream = 1;
    private const int Protocol = 3;

    // Stream 65,535 does not exist, and the association says so before a message comes here.
    private const int Streams = ushort.MaxValue;

    // The bound of DataChannelSet, twice: channels that have closed may not have told yet.
    private const int MaxOpen = 2 * 1024;

    private static readonly uint[] Protocols = [PayloadProtocol.Dcep, 51, 52, 53, 54, 56, 57, 0];
    private AssociationPair _pair = null!;
    private DataChannelSet _set = null!;
    private int _open;

    public override int MaxLength => 1200;

    public override int SessionLength => 400;

    public override bool IsOver => _pair.B.State == SctpState.Closed;

    public override int LeastOutcomes => 20;

    public override void Begin()
    {
        _set = new DataChannelSet(new DataChannelGate { Wake = () => { }, Now = () => _pair.Now });
        _open = 0;
        _set.ChannelReceived += channel =>
        {
            _open++;
            channel.Closed += () => _open--;
            channel.MessageReceived += (_, _) => { };
        };
        _pair = new AssociationPair(_set);
        _set.Attach(_pair.B, isDtlsClient: true);
        _pair.Establish();
    }

    public override void Repair(Random random, Span<byte> input)
    {
        if (input.Length < Head + 12)
            return;
        if (random.Next(3) != 0)
            BinaryPrimitives.WriteUInt16BigEndian(input[Stream..], (ushort)random.Next(12));
        if (random.Next(2) != 0)
            return;
        // An OPEN whose two texts fill the message.
        input[0] = input[Protocol] = 0;
        input[Head] = 3;
        int texts = input.Length - Head - 12, label = random.Next(texts + 1);
        BinaryPrimitives.WriteUInt16BigEndian(input[(Head + 8)..], (ushort)label);
        BinaryPrimitives.WriteUInt16BigEndian(input[(Head + 10)..], (ushort)(texts - label));
    }

    public override int Run(ReadOnlySpan<byte> input)
    {
        if (input.Length <= Head)
            return 0;
        ushort stream = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(input[Stream..]) % Streams);
        ReadOnlySpan<byte> message = input[Head..];
        uint protocol = Protocols[input[Protocol] % Protocols.Length];
        int outcome = Deliver(input[0] % 8, stream, protocol, message);
        _set.RaiseEvents();
        _pair.Exchange(TimeSpan.FromMilliseconds(5));
        _set.RaiseEvents();
        BrokenClaimException.Unless(_open is >= 0 and <= MaxOpen, "the peer's open channels are bounded");
        return (outcome * 8) + Math.Min(_open, 7);
    }

    private int Deliver(int kind, ushort stream, uint protocol, ReadOnlySpan<byte> message)
    {
        ISctpObserver observer = _set;
        switch (kind)
        {
            case <= 4:
                observer.OnMessage(stream, protocol, message);
                return protocol == PayloadProtocol.Dcep ? ReadOpen(message) : 16 + (int)(protocol & 7);
            case 5:
                observer.OnStreamReset(stream);
                return 32;
            case 6:
                DataChannel channel = _set.Create("ours", new DataChannelOptions { Ordered = (stream & 1) == 0 });
                if ((stream & 2) != 0)
                    _set.Close(channel);
                return 33 + (int)channel.State;
            default:
                _pair.ResetFromPeer(stream);
                return 40;
        }
    }

    private static int ReadOpen(ReadOnlySpan<byte> message)
    {
        if (!DcepMessage.TryParseOpen(message, out DcepMessage? open))
            return DcepMessage.IsAck(message) ? 1 : 0;
        int label = Encoding.UTF8.GetByteCount(open!.Label), protocol = Encoding.UTF8.GetByteCount(open.Options.Protocol);
        // What is not UTF-8 is read with replacements, which are longer.
        BrokenClaimException.Unless(label + protocol <= 3 * message.Length, "label and protocol are from the message");
        BrokenClaimException.Unless(
            DcepMessage.TryParseOpen(open.EncodeOpen(), out DcepMessage? again) && again == open, "what was accepted can be written and read again");
        return 2 + (open.Options.Ordered ? 1 : 0) + (open.Options.MaxRetransmits is null ? 0 : 2) + (open.Options.MaxPacketLifeTime is null ? 0 : 4);
    }
}

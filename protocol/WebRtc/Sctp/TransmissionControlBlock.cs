using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Sctp;

/// <summary>What an association consists of once it is up (RFC 9260, section 14); a restart makes a new one.</summary>
internal sealed class TransmissionControlBlock
{
    public TransmissionControlBlock(
        TimeSpan now, SctpOptions options, AssociationParameters parameters, SendQueue queue, ISctpObserver observer, Random random, uint nonce)
    {
        Parameters = parameters;
        Sender = new DataSender(options, queue, parameters, () => options.CongestionControl switch
        {
            CongestionControl.Background => new LedbatCongestionControl(options.MaxFragment, options.MaxCongestionWindow),
            CongestionControl.Cubic => new CubicCongestionControl(options.MaxFragment, options.MaxCongestionWindow),
            _ => new BbrCongestionControl(options.MaxFragment, options.MaxCongestionWindow, random),
        });
        Receiver = new DataReceiver(options, parameters, observer, Sender.Rto);
        Resets = new StreamResetHandler(parameters, queue, Sender, Receiver, observer);
        Heartbeat = new HeartbeatTimer(options, now, nonce);
    }

    public AssociationParameters Parameters { get; }

    public DataSender Sender { get; }

    public DataReceiver Receiver { get; }

    public StreamResetHandler Resets { get; }

    public HeartbeatTimer Heartbeat { get; }

    public TimeSpan? NextDeadline => Deadline.Earlier(
        Deadline.Earlier(Sender.NextDeadline, Receiver.NextDeadline),
        Deadline.Earlier(Resets.NextDeadline, Heartbeat.NextDeadline));
}

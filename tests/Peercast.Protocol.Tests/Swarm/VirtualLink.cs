namespace Peercast.Protocol.Tests.Swarm;

/// <summary>
/// One direction of one connection. Control messages take the delay; data messages wait in a send buffer that the
/// peer's uplink empties in turn with its other buffers.
/// </summary>
internal sealed class VirtualLink(VirtualViewer sender, VirtualViewer receiver, int senderNeighbor, TimeSpan delay)
{
    public VirtualViewer Sender { get; } = sender;

    public VirtualViewer Receiver { get; } = receiver;

    /// <summary>The sender's name for the connection.</summary>
    public int SenderNeighbor { get; } = senderNeighbor;

    /// <summary>The receiver's name for the connection.</summary>
    public int ReceiverNeighbor { get; set; }

    public TimeSpan Delay { get; } = delay;

    public Queue<byte[]> Buffer { get; } = new();

    public long BufferedBytes { get; set; }

    public bool IsClosed { get; set; }
}

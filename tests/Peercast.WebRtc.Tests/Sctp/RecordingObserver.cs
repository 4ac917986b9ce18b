using Peercast.WebRtc.Sctp;

namespace Peercast.WebRtc.Tests.Sctp;

internal sealed class RecordingObserver : ISctpObserver
{
    public int Established { get; private set; }

    public int Restarted { get; private set; }

    public List<(ushort Stream, uint Ppid, byte[] Bytes)> Messages { get; } = [];

    public List<ushort> Resets { get; } = [];

    public List<(ushort Stream, bool Performed)> OutgoingResets { get; } = [];

    public Dictionary<ushort, long> Buffered { get; } = [];

    public List<ushort> SendBufferFree { get; } = [];

    public List<(SctpCloseReason Reason, string Detail)> Closed { get; } = [];

    public Action<ushort, byte[]>? MessageHandler { get; set; }

    public bool KeepsMessages { get; set; } = true;

    public void OnEstablished() => Established++;

    public void OnMessage(ushort streamId, uint ppid, ReadOnlySpan<byte> message)
    {
        if (KeepsMessages)
            Messages.Add((streamId, ppid, message.ToArray()));
        MessageHandler?.Invoke(streamId, message.ToArray());
    }

    public void OnStreamReset(ushort streamId) => Resets.Add(streamId);

    public void OnOutgoingStreamReset(ushort streamId, bool performed) => OutgoingResets.Add((streamId, performed));

    public void OnBufferedAmountChanged(ushort streamId, long bytes) => Buffered[streamId] = bytes;

    public void OnSendBufferFree(ushort streamId) => SendBufferFree.Add(streamId);

    public void OnRestarted() => Restarted++;

    public void OnClosed(SctpCloseReason reason, string detail) => Closed.Add((reason, detail));
}

using Peercast.WebRtc.Sctp;

namespace Peercast.Fuzz.Targets;

/// <summary>An association, B, and a well-behaved peer, A, on a path without delay or loss. The seeds are fixed: inputs alone decide.</summary>
internal sealed class AssociationPair
{
    private const int MaxPackets = 2_000;
    private readonly byte[] _buffer = new byte[1500];

    public AssociationPair(ISctpObserver observer)
    {
        var options = new SctpOptions();
        A = new SctpAssociation(options, new Random(1), new Unobserved());
        B = new SctpAssociation(options, new Random(2), observer);
    }

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(1);

    public SctpAssociation A { get; }

    public SctpAssociation B { get; }

    public void Establish()
    {
        A.Connect(Now);
        for (int round = 0; round < 10; round++)
            Exchange(TimeSpan.FromMilliseconds(10));
        if (A.State != SctpState.Established || B.State != SctpState.Established)
            throw new InvalidOperationException($"The handshake ended in {A.State} and {B.State}.");
    }

    /// <summary>Time passes, and B's timers run.</summary>
    public void Wait(TimeSpan time)
    {
        Now += time;
        if (B.NextDeadline <= Now)
            B.Tick(Now);
    }

    /// <summary>Time passes, and both say what they have to say.</summary>
    public void Exchange(TimeSpan time)
    {
        Wait(time);
        if (A.NextDeadline <= Now)
            A.Tick(Now);
        for (int packets = 0; packets < MaxPackets; packets++)
        {
            if (!SendToB() && !SendToA())
                return;
        }

        throw new InvalidOperationException("The two never fall silent.");
    }

    /// <summary>Carries one packet of A.</summary>
    public bool SendToB()
    {
        if (!A.TryGetPacket(Now, _buffer, out int length))
            return false;
        B.Receive(Now, _buffer.AsSpan(0, length));
        return true;
    }

    /// <summary>Carries one packet of B.</summary>
    public bool SendToA()
    {
        if (!B.TryGetPacket(Now, _buffer, out int length))
            return false;
        A.Receive(Now, _buffer.AsSpan(0, length));
        return true;
    }

    public void ResetFromPeer(ushort stream) => A.ResetOutgoingStream(Now, stream);

    private sealed class Unobserved : ISctpObserver
    {
        public void OnEstablished()
        {
        }

        public void OnMessage(ushort streamId, uint ppid, ReadOnlySpan<byte> message)
        {
        }

        public void OnStreamReset(ushort streamId)
        {
        }

        public void OnOutgoingStreamReset(ushort streamId, bool performed)
        {
        }

        public void OnBufferedAmountChanged(ushort streamId, long bytes)
        {
        }

        public void OnSendBufferFree(ushort streamId)
        {
        }

        public void OnRestarted()
        {
        }

        public void OnClosed(SctpCloseReason reason, string detail)
        {
        }
    }
}

using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;
using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp.Paths;

/// <summary>Two associations on a path; the one always has messages for the other, unless told to pause.</summary>
internal sealed class SctpFlow : IFlow
{
    // DTLS record (13 + 8 + 16 bytes), UDP and IPv4.
    private const int LowerHeaders = 37 + 28;
    private readonly VirtualPath _path;
    private readonly CountingObserver _observer = new(), _observerOfA = new();
    private readonly VirtualProcess _atA = new(), _atB = new();
    private readonly byte[] _message;
    private readonly byte[] _buffer = new byte[1500];

    /// <param name="path">The path.</param>
    /// <param name="control">Of the sender.</param>
    /// <param name="seed">All chance.</param>
    /// <param name="messageSize">Bytes.</param>
    /// <param name="receiver">Of the receiver; <see langword="null"/>: the defaults.</param>
    /// <param name="line">Of the sender.</param>
    public SctpFlow(VirtualPath path, CongestionControl control, int seed = 1, int messageSize = 16_384, SctpOptions? receiver = null, SendRateBound? line = null)
    {
        _path = path;
        _message = new byte[messageSize];
        A = new SctpAssociation(new SctpOptions { CongestionControl = control, SendRateBound = line ?? new SendRateBound() }, new Random(seed), _observerOfA);
        B = new SctpAssociation(receiver ?? new SctpOptions(), new Random(seed + 1000), _observer);
        path.Add(this);
        A.Connect(path.Now);
        Pump();
    }

    public SctpAssociation A { get; }

    public SctpAssociation B { get; }

    /// <summary>Nothing is sent while set.</summary>
    public bool IsPaused { get; set; }

    public long WireBytes { get; private set; }

    /// <summary>Message bytes delivered.</summary>
    public long Delivered => _observer.Bytes;

    /// <summary>Messages delivered.</summary>
    public int Messages => _observer.Messages;

    /// <summary>Messages that have come the other way.</summary>
    public int DeliveredBack => _observerOfA.Messages;

    /// <summary>Packets without data that the receiver sent.</summary>
    public int BareSacks { get; private set; }

    public TimeSpan? NextDeadline => Earlier(_atA.NextDeadline(A.NextDeadline), _atB.NextDeadline(B.NextDeadline));

    /// <summary>The sender's process does not run for a while: nothing is read, no timer expires, nothing is sent.</summary>
    public void PauseSender(TimeSpan duration) => _atA.Pause(_path.Now + duration);

    /// <summary>The same of the receiver's process.</summary>
    public void PauseReceiver(TimeSpan duration) => _atB.Pause(_path.Now + duration);

    /// <summary>Sends one message beside those of the flow itself.</summary>
    public bool Send(int bytes)
    {
        bool sent = A.TrySend(_path.Now, 2, 53, new byte[bytes], default);
        Pump();
        return sent;
    }

    /// <summary>Sends one message the other way.</summary>
    public bool SendBack(int bytes)
    {
        bool sent = B.TrySend(_path.Now, 2, 53, new byte[bytes], default);
        Pump();
        return sent;
    }

    public void Tick()
    {
        _atA.Resume(_path.Now, () => TickWhenDue(A));
        _atB.Resume(_path.Now, () => TickWhenDue(B));
        if (!_atA.IsPaused)
            TickWhenDue(A);
        if (!_atB.IsPaused)
            TickWhenDue(B);
        Pump();
    }

    private void TickWhenDue(SctpAssociation association)
    {
        if (association.NextDeadline <= _path.Now)
            association.Tick(_path.Now);
    }

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => one < other || other is null ? one : other;

    private void Pump()
    {
        if (!_atA.IsPaused)
            PumpSender();
        while (!_atB.IsPaused && B.TryGetPacket(_path.Now, _buffer, out int length))
        {
            var packet = _buffer[..length];
            BareSacks += VirtualLink.Has(packet, (byte)ChunkType.Data) ? 0 : 1;
            _path.Back(length + LowerHeaders, () => _atA.Run(packet.Length, () =>
            {
                A.Receive(_path.Now, packet);
                Pump();
            }));
        }
    }

    private void PumpSender()
    {
        do
        {
            while (A.TryGetPacket(_path.Now, _buffer, out int length))
            {
                var packet = _buffer[..length];
                _path.Forward(length + LowerHeaders, () => _atB.Run(packet.Length, () => Arrive(packet)));
            }
        }
        while (Refill());
    }

    private void Arrive(byte[] packet)
    {
        WireBytes += packet.Length + LowerHeaders;
        B.Receive(_path.Now, packet);
        Pump();
    }

    private bool Refill()
    {
        bool any = false;
        while (!IsPaused && A.State == SctpState.Established && A.BufferedAmount(1) < 2 * _message.Length
            && A.TrySend(_path.Now, 1, 53, _message, new SendOptions { Unordered = true }))
            any = true;
        return any;
    }

    private sealed class CountingObserver : ISctpObserver
    {
        public long Bytes { get; private set; }

        public int Messages { get; private set; }

        public void OnEstablished()
        {
        }

        public void OnMessage(ushort streamId, uint ppid, ReadOnlySpan<byte> message)
        {
            Bytes += message.Length;
            Messages++;
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

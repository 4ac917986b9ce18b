using System.Net;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.DataChannels;
using Peercast.WebRtc.Dtls;
using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Sctp;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// The way of the packets of one connection: ICE finds a path, DTLS makes it safe, SCTP makes streams of it. Called under
/// the connection's lock; after any call but <see cref="Pump"/> itself, the owner calls <see cref="Pump"/>, or <see cref="PumpData"/>
/// where that will do.
/// </summary>
internal sealed class ConnectionEngine : IDisposable
{
    private readonly DriverHost _host;
    private readonly IceTransport _ice;
    private readonly DtlsTransport _dtls;
    private SctpAssociation? _association;
    private SctpCloseReason? _associationEnd;
    private bool _established;
    private bool _closed;
    private bool _failed;
    private TimeSpan _now;
    private TimeSpan? _iceDeadline;
    private int _timeouts;

    /// <summary>Makes an engine that has not begun to connect.</summary>
    /// <param name="host">What connections share.</param>
    /// <param name="target">The connection.</param>
    /// <param name="gate">Its lock.</param>
    /// <param name="candidateResolved">Takes a candidate whose name has been found, without the lock: it belongs into <see cref="Negotiation"/>.</param>
    public ConnectionEngine(DriverHost host, IPacketTarget target, DataChannelGate gate, Action<IceCandidateLine> candidateResolved)
    {
        _host = host;
        _ice = new IceTransport(host, target);
        _dtls = new DtlsTransport(host.Dtls, _ice) { PayloadReceived = OnPayload };
        Negotiation = new Negotiation(host, _ice, _dtls, candidateResolved);
        Channels = new DataChannelSet(gate);
        Channels.Established += () => _established = true;
        Channels.AssociationClosed += (reason, _) => _associationEnd = reason;
    }

    /// <summary>Offer and answer.</summary>
    public Negotiation Negotiation { get; }

    /// <summary>The data channels.</summary>
    public DataChannelSet Channels { get; }

    /// <summary>Bytes of SCTP packets received so far.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Where the connection stands.</summary>
    public PeerConnectionState State
    {
        get
        {
            if (_closed || _dtls.State == DtlsState.Closed
                || _associationEnd is SctpCloseReason.Shutdown or SctpCloseReason.RemoteAbort or SctpCloseReason.LocalAbort)
            {
                return PeerConnectionState.Closed;
            }

            if (_failed || _ice.State == IceState.Failed || _dtls.State == DtlsState.Failed || _associationEnd is not null)
            {
                return PeerConnectionState.Failed;
            }

            if (_established)
            {
                return _ice.State == IceState.Disconnected ? PeerConnectionState.Disconnected : PeerConnectionState.Connected;
            }

            return Negotiation.HasLocal && Negotiation.Remote is not null ? PeerConnectionState.Connecting : PeerConnectionState.New;
        }
    }

    /// <summary>Takes a STUN message.</summary>
    public void StunReceived(TimeSpan now, DatagramSocket socket, SocketAddress source, ReadOnlySpan<byte> datagram) =>
        _ice.Receive(now, socket, source, datagram);

    /// <summary>Takes a datagram of DTLS records.</summary>
    public void DtlsReceived(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        _now = now;
        _dtls.Receive(datagram);
    }

    /// <summary>The sockets have changed.</summary>
    /// <returns>Whether the path in use is lost.</returns>
    public bool SocketsChanged(TimeSpan now, IReadOnlyList<IPEndPoint> gone) => _ice.SocketsChanged(now, gone);

    /// <summary>What the routers have done for our sockets has changed.</summary>
    public void PortMappingsChanged(TimeSpan now)
    {
        if (Negotiation.HasLocal)
        {
            _ice.PortMappingsChanged(now);
        }
    }

    /// <summary>The connection cannot go on.</summary>
    public void Fail() => _failed = true;

    /// <summary>Lets every timer run that is due.</summary>
    public void Tick(TimeSpan now)
    {
        _ice.Tick(now);
        _dtls.Tick();
        _association?.Tick(now);
        if (_association?.Sender is { } sender && sender.Timeouts != _timeouts)
        {
            // Data tells sooner than the next consent check that a path has died.
            _timeouts = sender.Timeouts;
            _ice.Doubt(now);
        }
    }

    /// <summary>Sends all that can be sent now, and takes each next step of the set-up that has become possible.</summary>
    public void Pump(TimeSpan now)
    {
        _now = now;
        _ice.Drain();
        _iceDeadline = _ice.NextDeadline;
        if (_ice.TakeMoved())
        {
            _association?.PathChanged(now);
        }

        if (!_established && _associationEnd is null)
        {
            AdvanceSetup(now);
        }

        SendPackets(now);
        _ice.Flush();
    }

    /// <summary>
    /// The same after a call that concerned nothing but data, of which there are hundreds for each one that concerns the path:
    /// once the connection is up, ICE is left alone.
    /// </summary>
    public void PumpData(TimeSpan now)
    {
        if (!_established)
        {
            Pump(now);
            return;
        }

        _now = now;
        SendPackets(now);
        _ice.Flush();
    }

    /// <summary>When <see cref="Tick"/> is next due.</summary>
    public TimeSpan? NextDeadline(TimeSpan now) => Earlier(_iceDeadline, Earlier(_dtls.NextDeadline(now), _association?.NextDeadline));

    /// <summary>
    /// Says goodbye on every level that is up and ends all: an SCTP ABORT and a DTLS close_notify, so that the loss of
    /// one datagram does not leave the peer waiting for its consent checks to fail.
    /// </summary>
    public void Close(TimeSpan now)
    {
        if (_closed)
        {
            return;
        }

        bool failed = State == PeerConnectionState.Failed;
        if (_dtls.State == DtlsState.Connected && _associationEnd is null)
        {
            _association?.Abort(now, "closed");
            SendPackets(now);
        }

        _dtls.Close();
        _ice.Close();
        Channels.CloseAll();
        _failed |= failed;
        _closed = !failed;
    }

    public void Dispose() => _dtls.Dispose();

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;

    private void AdvanceSetup(TimeSpan now)
    {
        if (_association is null && Negotiation.Remote is { } remote)
        {
            // Before DTLS is up: the peer's INIT may come in the datagram after its last handshake message.
            var options = new SctpOptions
            {
                RemotePort = remote.SctpPort,
                CongestionControl = _host.Options.CongestionControl,
                SendRateBound = _host.SendRateBound,
                SackSpacing = _host.SackSpacing,
            };
            _association = new SctpAssociation(options, new Random(), Channels);
            Channels.PeerMaxMessageSize = remote.MaxMessageSize;
            Channels.Attach(_association, Negotiation.Role == DtlsRole.Client);
        }

        _dtls.StartWhenReady();
        if (_dtls.State == DtlsState.Connected)
        {
            _association?.Connect(now);
        }
    }

    private void SendPackets(TimeSpan now)
    {
        if (_association is null || _dtls.State != DtlsState.Connected)
        {
            return;
        }

        Span<byte> packet = stackalloc byte[DtlsEndpoint.MaxPayload];
        while (_association.TryGetPacket(now, packet, out int length))
        {
            _dtls.TrySend(packet[..length]);
        }
    }

    private void OnPayload(ReadOnlySpan<byte> payload)
    {
        ReceivedBytes += payload.Length;
        _association?.Receive(_now, payload);
    }
}

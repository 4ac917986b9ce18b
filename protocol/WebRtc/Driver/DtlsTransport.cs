using Peercast.WebRtc.Dtls;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// Joins one DTLS endpoint to the path that ICE has found: starts it as soon as a path works, and keeps the first
/// datagrams of a peer that was quicker. Called under the connection's lock.
/// </summary>
internal sealed class DtlsTransport : IDtlsOwner, IDisposable
{
    // A ClientHello of a browser has two datagrams; a few more may be retransmissions.
    private const int MaxEarly = 6;

    private readonly DtlsContext _context;
    private readonly IceTransport _ice;
    private readonly List<byte[]> _early = [];
    private (DtlsRole Role, byte[] Fingerprint)? _remote;
    private DtlsEndpoint? _endpoint;

    public DtlsTransport(DtlsContext context, IceTransport ice)
    {
        _context = context;
        _ice = ice;
    }

    /// <summary>Takes the payload of each record, while a method of this object is on the stack.</summary>
    public required DtlsPayloadHandler PayloadReceived { get; init; }

    /// <summary>Where the session stands.</summary>
    public DtlsState State => _endpoint?.State ?? DtlsState.Connecting;

    /// <summary>Takes what the peer's session description says.</summary>
    /// <param name="role">Ours.</param>
    /// <param name="fingerprint">SHA-256 of the peer's certificate.</param>
    public void SetRemote(DtlsRole role, byte[] fingerprint) => _remote = (role, fingerprint);

    /// <summary>Starts the handshake once the peer is known and a path to it works.</summary>
    public void StartWhenReady()
    {
        if (_endpoint is not null || _remote is not { } remote || _ice.Remote is null)
        {
            return;
        }

        _endpoint = new DtlsEndpoint(_context, remote.Role, remote.Fingerprint, this);
        _endpoint.Start();
        foreach (byte[] datagram in _early)
        {
            _endpoint.Receive(datagram);
        }

        _early.Clear();
    }

    /// <summary>When <see cref="Tick"/> is due; <see langword="null"/> for not at all. OpenSSL tells the time that is left.</summary>
    public TimeSpan? NextDeadline(TimeSpan now) => now + _endpoint?.Timeout;

    /// <summary>Lets a flight be sent again when it is due.</summary>
    public void Tick()
    {
        if (_endpoint?.Timeout is { } left && left <= TimeSpan.Zero)
        {
            _endpoint.HandleTimeout();
        }
    }

    /// <summary>Takes a datagram.</summary>
    public void Receive(ReadOnlySpan<byte> datagram)
    {
        if (_endpoint is not null)
        {
            _endpoint.Receive(datagram);
        }
        else if (_early.Count < MaxEarly)
        {
            _early.Add(datagram.ToArray());
        }
    }

    /// <summary>Sends one payload.</summary>
    /// <returns><see langword="false"/> when the session is not connected.</returns>
    public bool TrySend(ReadOnlySpan<byte> payload) => _endpoint?.TrySend(payload) ?? false;

    /// <summary>Sends close_notify and ends the session.</summary>
    public void Close() => _endpoint?.Close();

    public void Dispose() => _endpoint?.Dispose();

    void IDtlsOwner.SendDtlsDatagram(ReadOnlySpan<byte> datagram) => _ice.Send(datagram);

    void IDtlsOwner.DtlsPayloadReceived(ReadOnlySpan<byte> payload) => PayloadReceived(payload);
}

/// <summary>Takes the payload of one DTLS record; valid until the handler returns.</summary>
internal delegate void DtlsPayloadHandler(ReadOnlySpan<byte> payload);

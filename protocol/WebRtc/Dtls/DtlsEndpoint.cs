using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Peercast.WebRtc.Native;
using static Peercast.WebRtc.Native.SslConstants;

namespace Peercast.WebRtc.Dtls;

/// <summary>
/// One side of a DTLS 1.2 session (RFC 6347) with mutual certificates. Does no I/O: the owner brings datagrams in, and
/// OpenSSL's datagrams go out through <see cref="IDtlsOwner"/>. Not safe for threads: the owner serializes every call.
/// </summary>
internal sealed unsafe class DtlsEndpoint : IDisposable
{
    /// <summary>The largest datagram that a session sends, without IP and UDP headers.</summary>
    public const int MaxDatagram = 1200;

    /// <summary>
    /// The largest payload of one datagram: record header 13, explicit nonce 8 and tag 16 bytes (RFC 5288) are DTLS's own.
    /// OpenSSL does not enforce the MTU in SSL_write.
    /// </summary>
    public const int MaxPayload = MaxDatagram - 13 - 8 - 16;

    // A record's plaintext is never longer (RFC 5246 section 6.2.1).
    private const int MaxRecordPayload = 16_384;

    [ThreadStatic]
    private static byte[]? _plaintext;

    private readonly SslHandle _ssl;
    private readonly IDtlsOwner _owner;
    private readonly byte[] _peerFingerprint;
    private readonly DtlsRole _role;
    private byte* _datagram;
    private int _datagramLength;
    private bool _started;
    private bool _peerAccepted;
    private bool _peerRefused;
    private bool _hasReadAll;

    /// <summary>Makes an endpoint that has sent nothing yet.</summary>
    /// <param name="context">The certificate to show.</param>
    /// <param name="role">Who begins.</param>
    /// <param name="peerFingerprint">SHA-256 of the only certificate that is accepted from the peer.</param>
    /// <param name="owner">Where datagrams and payload go.</param>
    /// <param name="timers">When a flight is sent again; the default is <see cref="DtlsTimers.Default"/>.</param>
    /// <exception cref="OpenSslException">Out of memory.</exception>
    public DtlsEndpoint(
        DtlsContext context, DtlsRole role, ReadOnlySpan<byte> peerFingerprint, IDtlsOwner owner, DtlsTimers? timers = null)
    {
        _owner = owner;
        Timers = timers ?? DtlsTimers.Default;
        _role = role;
        _peerFingerprint = peerFingerprint.ToArray();
        OpenSslErrorQueue.Clear();
        _ssl = LibSsl.SSL_new(context.Handle);
        if (_ssl.IsInvalid)
        {
            throw OpenSslException.FromQueue("SSL_new");
        }

        nint bio = DtlsCallbacks.NewBio(_ssl.SetCallbackTarget(this));
        LibSsl.SSL_set_bio(_ssl, bio, bio);
        LibSsl.SSL_ctrl(_ssl, CtrlSetMtu, new CLong(MaxDatagram), null);
        LibSsl.DTLS_set_timer_cb(_ssl, &DtlsCallbacks.NextTimeout);
        if (role == DtlsRole.Server)
        {
            LibSsl.SSL_set_accept_state(_ssl);
        }
        else
        {
            LibSsl.SSL_set_connect_state(_ssl);
        }
    }

    /// <summary>Where the session stands.</summary>
    public DtlsState State { get; private set; } = DtlsState.Connecting;

    /// <summary>Why <see cref="State"/> is <see cref="DtlsState.Failed"/>.</summary>
    public DtlsFailure Failure { get; private set; }

    /// <summary>OpenSSL's words about a failure, for a log.</summary>
    public string? FailureText { get; private set; }

    /// <summary>For the timer callback.</summary>
    internal DtlsTimers Timers { get; }

    /// <summary>How long until <see cref="HandleTimeout"/> is due; <see langword="null"/> when no flight waits for an answer.</summary>
    public TimeSpan? Timeout
    {
        get
        {
            if (State != DtlsState.Connecting || !_started)
            {
                return null;
            }

            // struct timeval: two words of C's long (on Windows, too, OpenSSL uses winsock's, which is two longs).
            CLong* timeval = stackalloc CLong[2];
            return LibSsl.SSL_ctrl(_ssl, DtlsCtrlGetTimeout, new CLong(0), timeval).Value == 1
                ? TimeSpan.FromSeconds((long)timeval[0].Value) + TimeSpan.FromMicroseconds((long)timeval[1].Value)
                : null;
        }
    }

    /// <summary>Begins the handshake: a client sends its ClientHello. Once is enough; more do nothing.</summary>
    public void Start()
    {
        if (!_started && State == DtlsState.Connecting)
        {
            _started = true;
            if (_role == DtlsRole.Client)
            {
                Handshake();
            }
        }
    }

    /// <summary>Takes one datagram from the peer. Whatever it holds, nothing is thrown.</summary>
    public void Receive(ReadOnlySpan<byte> datagram)
    {
        int acceptable = DtlsRecords.AcceptableLength(datagram, out int records);
        if (State is DtlsState.Closed or DtlsState.Failed || acceptable == 0)
        {
            return;
        }

        _started = true;
        fixed (byte* pointer = datagram)
        {
            _datagram = pointer;
            _datagramLength = acceptable;
            try
            {
                if (State == DtlsState.Connecting)
                {
                    Handshake();
                }

                if (State == DtlsState.Connected)
                {
                    ReadPayloads(records);
                }
            }
            finally
            {
                _datagram = null;
                _datagramLength = 0;
            }
        }
    }

    /// <summary>Sends the last flight again when its time has come.</summary>
    public void HandleTimeout()
    {
        if (State != DtlsState.Connecting || !_started)
        {
            return;
        }

        OpenSslErrorQueue.Clear();
        if (LibSsl.SSL_ctrl(_ssl, DtlsCtrlHandleTimeout, new CLong(0), null).Value < 0)
        {
            Fail(DtlsFailure.Timeout);
        }
    }

    /// <summary>Encrypts one payload of at most <see cref="MaxPayload"/> bytes into one datagram.</summary>
    /// <returns><see langword="false"/> when the session is not connected.</returns>
    public bool TrySend(ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload, nameof(payload));
        if (State != DtlsState.Connected || payload.IsEmpty)
        {
            return false;
        }

        OpenSslErrorQueue.Clear();
        fixed (byte* pointer = payload)
        {
            return LibSsl.SSL_write(_ssl, pointer, payload.Length) > 0;
        }
    }

    /// <summary>Says goodbye with close_notify when there is a session, and ends it.</summary>
    public void Close()
    {
        if (State == DtlsState.Connected)
        {
            OpenSslErrorQueue.Clear();
            LibSsl.SSL_shutdown(_ssl);
        }

        if (State != DtlsState.Failed)
        {
            State = DtlsState.Closed;
        }
    }

    public void Dispose()
    {
        if (State != DtlsState.Failed)
        {
            State = DtlsState.Closed;
        }

        _ssl.Dispose();
    }

    /// <summary>For the BIO: hands the datagram under <see cref="Receive"/> out, once.</summary>
    internal int TakeDatagram(Span<byte> buffer)
    {
        int length = Math.Min(_datagramLength, buffer.Length);
        if (length > 0)
        {
            new ReadOnlySpan<byte>(_datagram, length).CopyTo(buffer);
        }

        // A datagram is read whole or cut; the rest of it never becomes the next one.
        _datagramLength = 0;
        return length;
    }

    /// <summary>For the BIO: sends a datagram.</summary>
    internal void PutDatagram(ReadOnlySpan<byte> datagram) => _owner.SendDtlsDatagram(datagram);

    /// <summary>For the certificate check.</summary>
    internal bool AcceptPeerFingerprint(ReadOnlySpan<byte> fingerprint)
    {
        _peerAccepted = CryptographicOperations.FixedTimeEquals(fingerprint, _peerFingerprint);
        _peerRefused = !_peerAccepted;
        return _peerAccepted;
    }

    private void Handshake()
    {
        OpenSslErrorQueue.Clear();
        int result = LibSsl.SSL_do_handshake(_ssl);
        if (result == 1)
        {
            if (_peerAccepted)
            {
                State = DtlsState.Connected;
            }
            else
            {
                Fail(DtlsFailure.FingerprintMismatch);
            }

            return;
        }

        int error = LibSsl.SSL_get_error(_ssl, result);
        if (error is not (ErrorWantRead or ErrorWantWrite))
        {
            Fail(_peerRefused ? DtlsFailure.FingerprintMismatch : DtlsFailure.Protocol);
        }
    }

    private void ReadPayloads(int records)
    {
        // One buffer per thread and nesting level: an owner that feeds another endpoint from its handler gets its own.
        byte[] buffer = _plaintext ?? new byte[MaxRecordPayload];
        _plaintext = null;
        fixed (byte* pointer = buffer)
        {
            // Records that came before the Finished wait inside OpenSSL, so at first all is read that there is. Later a datagram of
            // so many records gives so many payloads, and asking for one more would only cost the time to be told no.
            int left = _hasReadAll ? records : int.MaxValue;
            for (; left > 0 && State == DtlsState.Connected; left--)
            {
                OpenSslErrorQueue.Clear();
                int read = LibSsl.SSL_read(_ssl, pointer, buffer.Length);
                if (read <= 0)
                {
                    _hasReadAll = true;
                    EndOfRead(read);
                    break;
                }

                _owner.DtlsPayloadReceived(new ReadOnlySpan<byte>(pointer, read));
            }
        }

        _plaintext = buffer;
    }

    private void EndOfRead(int result)
    {
        switch (LibSsl.SSL_get_error(_ssl, result))
        {
            case ErrorWantRead or ErrorWantWrite:
                break;
            case ErrorZeroReturn:
                // Answered with our own close_notify, as RFC 5246 section 7.2.1 asks for.
                OpenSslErrorQueue.Clear();
                LibSsl.SSL_shutdown(_ssl);
                State = DtlsState.Closed;
                break;
            default:
                Fail(DtlsFailure.Protocol);
                break;
        }
    }

    private void Fail(DtlsFailure failure)
    {
        State = DtlsState.Failed;
        Failure = failure;
        FailureText = string.Join("; ", OpenSslErrorQueue.Drain());
    }
}

using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Sctp;

/// <summary>
/// INIT, INIT ACK, COOKIE ECHO and COOKIE ACK, with both ends calling at once and a peer that begins anew
/// (RFC 9260, sections 5.1 and 5.2).
/// </summary>
internal sealed class Handshake
{
    private const int SecretSize = 32;
    private readonly AssociationContext _context;
    private readonly byte[] _secret = new byte[SecretSize];
    private readonly uint _initialTsn;
    private readonly uint _ownTag;
    private AssociationParameters? _agreed;
    private byte[]? _pending;
    private uint _pendingTag;
    private TimeSpan _interval;
    private int _attempts;
    private TimeSpan _begunAt;

    public Handshake(AssociationContext context)
    {
        _context = context;
        _initialTsn = context.NewTag();
        _ownTag = context.LocalTag;
        context.Random.NextBytes(_secret);
    }

    /// <summary>When INIT or COOKIE ECHO is to be repeated (T1).</summary>
    public TimeSpan? NextDeadline { get; private set; }

    public void Connect(TimeSpan now)
    {
        _context.State = SctpState.CookieWait;
        Begin(now, 0, Init(_ownTag, _initialTsn).Encode(ChunkType.Init));
    }

    public void Tick(TimeSpan now)
    {
        if (!(NextDeadline <= now))
            return;
        if (++_attempts > _context.Options.MaxInitRetransmissions)
        {
            Stop();
            _context.Close(SctpCloseReason.PeerUnreachable, "the peer does not answer the SCTP handshake");
            return;
        }

        _interval = _interval * 2 < _context.Options.MaxRto ? _interval * 2 : _context.Options.MaxRto;
        NextDeadline = now + _interval;
        Send();
    }

    /// <summary>Takes INIT, the only chunk of its packet.</summary>
    public void OnInit(TimeSpan now, SctpChunk chunk)
    {
        if (!InitChunk.TryParse(chunk, out var init) || _context.State == SctpState.ShutdownAckSent)
            return;
        // Until we are up, the answer repeats our own INIT, so that a collision settles on one pair of tags (5.2.1);
        // later, a new tag tells a restart (5.2.2).
        bool isUp = _context.Block is not null;
        uint tag = isUp ? _context.NewTag() : _ownTag, tsn = isUp ? _context.NewTag() : _initialTsn;
        var parameters = Agree(init!, tag, tsn);
        bool knowsPeer = _context.State is not (SctpState.Closed or SctpState.CookieWait);
        var cookie = new StateCookie(parameters, now, knowsPeer ? _context.LocalTag : 0, knowsPeer ? _context.PeerTag : 0);
        var answer = Init(tag, tsn, cookie.Encode(_secret), init!.Unrecognized);
        _context.Control.Add(init.InitiateTag, answer.Encode(ChunkType.InitAck), alone: true);
    }

    /// <summary>Takes INIT ACK, the only chunk of its packet.</summary>
    public void OnInitAck(TimeSpan now, SctpChunk chunk)
    {
        if (_context.State != SctpState.CookieWait || !InitChunk.TryParse(chunk, out var init))
            return;
        if (init!.Cookie is not { } cookie || cookie.Length > _context.Options.MaxPacketSize - PacketBuilder.HeaderSize - 8)
        {
            _context.PeerTag = init.InitiateTag;
            Stop();
            _context.Abort(SctpCloseReason.ProtocolViolation, ErrorCause.ProtocolViolation, "INIT ACK without a usable cookie");
            return;
        }

        _agreed = Agree(init, _ownTag, _initialTsn);
        _context.PeerTag = init.InitiateTag;
        _context.State = SctpState.CookieEchoed;
        Begin(now, init.InitiateTag, SctpChunk.Encode(ChunkType.CookieEcho, 0, cookie));
    }

    /// <summary>Takes COOKIE ECHO (section 5.2.4, table 3).</summary>
    /// <returns><see langword="true"/> when the association stands and the rest of the packet can be taken.</returns>
    public bool OnCookieEcho(TimeSpan now, SctpChunk chunk, uint verificationTag)
    {
        if (StateCookie.Decode(chunk.Value, _secret) is not { } cookie || cookie.Parameters.LocalTag != verificationTag)
            return false;
        var offered = cookie.Parameters;
        bool sameLocal = offered.LocalTag == _context.LocalTag, samePeer = offered.PeerTag == _context.PeerTag;
        bool isUp = _context.Block is not null;
        var age = now - cookie.CreatedAt;
        if (age > _context.Options.CookieLifetime && !(isUp && sameLocal && samePeer))
        {
            _context.Control.Add(offered.PeerTag, ErrorCause.Error(ErrorCause.StaleCookie, [0, 0, 0, 0]));
            return false;
        }

        if (!isUp)
        {
            // Case B covers the collision: our tag, and a peer's tag that we may know from nowhere else.
            if (!sameLocal)
                return false;
            Stop();
            Acknowledge(offered.PeerTag);
            _context.Establish(now, offered, age < _context.Options.InitialRto ? age : null);
            return true;
        }

        if (sameLocal && samePeer)
        {
            Acknowledge(offered.PeerTag);
            return true;
        }

        bool isRestart = !sameLocal && cookie.LocalTieTag == _context.LocalTag && cookie.PeerTieTag == _context.PeerTag;
        if (!isRestart || _context.State == SctpState.ShutdownAckSent)
            return false;
        Acknowledge(offered.PeerTag);
        _context.Establish(now, offered, age < _context.Options.InitialRto ? age : null);
        return true;
    }

    public void OnCookieAck(TimeSpan now)
    {
        if (_context.State != SctpState.CookieEchoed)
            return;
        Stop();
        _context.Establish(now, _agreed!, _attempts == 0 ? now - _begunAt : null);
    }

    /// <summary>The peer found our cookie too old (section 5.2.6): begin again.</summary>
    public void OnStaleCookie(TimeSpan now)
    {
        if (_context.State != SctpState.CookieEchoed)
            return;
        int attempts = _attempts;
        _context.PeerTag = 0;
        Connect(now);
        _attempts = attempts + 1;
    }

    public void Stop()
    {
        NextDeadline = null;
        _pending = null;
    }

    private InitChunk Init(uint tag, uint tsn, byte[]? cookie = null, byte[][]? unrecognized = null) => new()
    {
        InitiateTag = tag,
        ReceiverWindow = (uint)_context.Options.ReceiveBuffer,
        OutboundStreams = _context.Options.Streams,
        InboundStreams = _context.Options.Streams,
        InitialTsn = tsn,
        Cookie = cookie,
        Unrecognized = unrecognized ?? [],
    };

    private AssociationParameters Agree(InitChunk peer, uint localTag, uint localTsn) => new()
    {
        LocalTag = localTag,
        PeerTag = peer.InitiateTag,
        LocalInitialTsn = localTsn,
        PeerInitialTsn = peer.InitialTsn,
        PeerWindow = peer.ReceiverWindow,
        OutboundStreams = Math.Min(_context.Options.Streams, peer.InboundStreams),
        InboundStreams = Math.Min(_context.Options.Streams, peer.OutboundStreams),
        PeerSupportsForwardTsn = peer.SupportsForwardTsn,
        PeerSupportsReconfig = peer.SupportsReconfig,
    };

    private void Acknowledge(uint peerTag) => _context.Control.Add(peerTag, SctpChunk.Encode(ChunkType.CookieAck, 0, []));

    private void Begin(TimeSpan now, uint tag, byte[] chunk)
    {
        _pendingTag = tag;
        _pending = chunk;
        _attempts = 0;
        _begunAt = now;
        _interval = _context.Options.InitialRto;
        NextDeadline = now + _interval;
        Send();
    }

    private void Send() => _context.Control.Add(_pendingTag, _pending!, alone: true);
}

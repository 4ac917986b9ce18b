using System.Diagnostics.CodeAnalysis;
using System.Net;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Ice;

/// <summary>
/// A full ICE agent for one component, RFC 8445, with trickling (RFC 8838) and consent freshness (RFC 7675), as a state machine: it owns neither
/// clock nor socket. After any call the driver sends what <see cref="TryGetDatagram"/> gives, signals what <see cref="TryGetLocalCandidate"/> gives,
/// and calls <see cref="Tick"/> at <see cref="NextDeadline"/>. <c>now</c> is any clock that never goes back. Not safe for concurrent use.
/// </summary>
internal sealed class IceAgent
{
    /// <summary>Bytes of the longest datagram: both username fragments may have 256 characters.</summary>
    public const int MaxDatagramLength = 640;

    private readonly IceOptions _options;
    private readonly IceRole _role;
    private readonly IceOutbox _outbox = new();
    private readonly IceTransactionTable _transactions;
    private readonly IceGatherer _gatherer;
    private readonly IceCheckList _list;
    private readonly IceConsent _consent;
    private readonly IceChecker _checker;
    private readonly IceResponder _responder;
    private readonly IcePairing _pairing;
    private readonly IcePacing _pacing;
    private readonly IceLifetime _lifetime;
    private TimeSpan _now;

    /// <param name="options">Credentials, timers, servers.</param>
    /// <param name="random">For tie-breakers and the variation of timers; nothing secret comes from it.</param>
    public IceAgent(IceOptions options, Random random)
    {
        _options = options;
        _role = new IceRole(random);
        _transactions = new IceTransactionTable(options, _outbox);
        _gatherer = new IceGatherer(options, _transactions);
        _list = new IceCheckList(options.MaxPairs);
        _consent = new IceConsent(options, random);
        _checker = new IceChecker(options, _role, _transactions, _list, _consent);
        _pairing = new IcePairing(_gatherer, new IceRemoteCandidates(options), _list, _role);
        _pacing = new IcePacing(options, _gatherer, _list, _checker);
        _lifetime = new IceLifetime(options);
        _responder = new IceResponder(options, _role, _outbox);
    }

    /// <summary>For the SDP, and for the driver to find this agent by (<see cref="StunMessage.TryReadUsernameFragment"/>).</summary>
    public string LocalUfrag => _options.LocalUfrag;

    /// <summary>For the SDP.</summary>
    public string LocalPassword => _options.LocalPassword;

    /// <summary>The role: true for the offerer (RFC 8445 section 6.1.1), and for anybody whose peer is ICE-lite. Set it before the start; a conflict may change it later.</summary>
    public bool Controlling
    {
        get => _role.Controlling;
        set
        {
            _role.Controlling = value;
            _list.Reorder(value);
        }
    }

    public IceState State => _lifetime.State;

    /// <summary>What the peer's description says; <see langword="null"/> before it has come.</summary>
    public (string Ufrag, string Password)? RemoteCredentials { get; private set; }

    /// <summary>Where to send data: the nominated pair, or the best that works before one is; <see langword="null"/> while none does.</summary>
    public IceCandidatePair? SelectedPair => _lifetime.IsOver ? null : _checker.Selected;

    /// <summary>All candidates are known: at least one base was added and every STUN server has answered or been given up.</summary>
    public bool GatheringComplete => _gatherer.IsComplete;

    /// <summary>When <see cref="Tick"/> is next due; <see langword="null"/> for not before the next event.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            if (_lifetime.IsOver)
                return null;
            TimeSpan? next = Earlier(
                Earlier(_transactions.NextDeadline, _pacing.NextDeadline), Earlier(_consent.NextDeadline(_now), _checker.NextDeadline));
            if (State is IceState.Checking or IceState.Disconnected && _consent.Pair is null)
                next = Earlier(next, _lifetime.NextVerdict(_now));
            return next;
        }
    }

    /// <summary>Takes the address of a socket that the driver has bound; the first added is the most preferred. Its host candidate, and what the STUN servers see of it, come out of <see cref="TryGetLocalCandidate"/>.</summary>
    public void AddLocalHost(TimeSpan now, IPEndPoint localBase)
    {
        if (_lifetime.IsOver)
            return;
        if (_gatherer.AddBase(StunAddress.Normalize(localBase)) is { } host && _checker.Nominated is null)
            _pairing.Add(host);
        Advance(now);
    }

    /// <summary>Takes an address at which a router passes on what comes to one of our sockets: one more server-reflexive candidate.</summary>
    public void AddMappedAddress(TimeSpan now, IPEndPoint localBase, IPEndPoint mapped)
    {
        if (_lifetime.IsOver)
            return;
        _gatherer.AddMapped(StunAddress.Normalize(localBase), StunAddress.Normalize(mapped));
        Advance(now);
    }

    /// <summary>
    /// A socket is gone. When it was the one in use, the other bases are tried anew, and the peer follows if it can be reached from one of them (RFC 8445
    /// section 7.3.1.3); in case it cannot, begin a restart.
    /// </summary>
    public void RemoveLocalHost(TimeSpan now, IPEndPoint localBase)
    {
        if (_lifetime.IsOver || _gatherer.RemoveBase(StunAddress.Normalize(localBase)) is not { } host)
            return;
        bool wasInUse = ReferenceEquals(_checker.Selected?.LocalCandidate, host);
        _transactions.RemoveOf(host.Base, OnTimeout);
        _list.Remove(host);
        _checker.Forget(host);
        if (wasInUse)
            _pairing.Renew();
        Advance(now);
    }

    /// <summary>Takes the credentials from the peer's SDP: checks begin.</summary>
    /// <exception cref="InvalidOperationException">Other credentials were set before: an ICE restart needs a new agent.</exception>
    public void SetRemoteCredentials(TimeSpan now, string ufrag, string pwd)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ufrag.Length, 256);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pwd.Length, 256);
        if (RemoteCredentials is { } known)
        {
            if (known != (ufrag, pwd))
                throw new InvalidOperationException("The peer's credentials are set already; an ICE restart needs a new agent.");
            return;
        }

        if (_lifetime.IsOver)
            return;
        RemoteCredentials = (ufrag, pwd);
        _checker.SetRemoteCredentials(ufrag, pwd);
        _lifetime.Start(now);
        Advance(now);
    }

    /// <summary>Takes a candidate from the SDP or from trickling, before or after the credentials. What cannot be used is ignored.</summary>
    public void AddRemoteCandidate(TimeSpan now, IceCandidateLine candidate)
    {
        if (_lifetime.IsOver || candidate.UsableEndPoint is not { } endPoint)
            return;
        _pairing.AddSignaled(endPoint, candidate, pairsNew: _checker.Nominated is null);
        Advance(now);
    }

    /// <summary>The peer has no more candidates: once all checks have failed there is nothing to wait for but the peer's own.</summary>
    public void EndOfRemoteCandidates(TimeSpan now)
    {
        _lifetime.RemoteEnded = true;
        Advance(now);
    }

    /// <summary>Whether a STUN response belongs to a request of this agent: how the driver routes what comes from an address that several agents talk to, such as a STUN server.</summary>
    public bool OwnsTransaction(StunTransactionId id) => _transactions.Contains(id);

    /// <summary>
    /// Whether the peer has proved, by an authentic check or answer, to be at this address. The driver may route DTLS from there to this agent's connection;
    /// a browser sends it as soon as its own check is answered, which can be before ours is.
    /// </summary>
    public bool IsPeer(IPEndPoint localBase, IPEndPoint remote) =>
        !_lifetime.IsOver && _list.Find(StunAddress.Normalize(localBase), StunAddress.Normalize(remote)) is { PeerIsAuthentic: true };

    /// <summary>Takes a STUN datagram. Anything malformed, unauthenticated or unexpected has no effect but perhaps an error response.</summary>
    /// <param name="now">The time.</param>
    /// <param name="localBase">The address, as given to <see cref="AddLocalHost"/>, of the socket that received it.</param>
    /// <param name="remote">The datagram's source.</param>
    /// <param name="stun">The whole datagram.</param>
    public void Receive(TimeSpan now, IPEndPoint localBase, IPEndPoint remote, ReadOnlySpan<byte> stun)
    {
        if (_lifetime.IsOver || !StunMessage.TryParse(stun, out StunMessage message) || message.Method != StunMessage.BindingMethod)
            return;
        localBase = StunAddress.Normalize(localBase);
        remote = StunAddress.Normalize(remote);
        switch (message.Class)
        {
            case StunClass.Request:
                OnRequest(now, localBase, remote, message);
                break;
            case StunClass.Success or StunClass.Error:
                OnResponse(now, localBase, remote, message);
                break;
        }

        Advance(now);
    }

    /// <summary>What was sent to the peer is not answered: asks at once for consent, and tries other ways when that is not answered either.</summary>
    public void Doubt(TimeSpan now)
    {
        _consent.Doubt(now);
        Advance(now);
    }

    /// <summary>Does what is due.</summary>
    public void Tick(TimeSpan now) => Advance(now);

    /// <summary>Takes the next datagram to send.</summary>
    /// <param name="destination">At least <see cref="MaxDatagramLength"/> bytes.</param>
    /// <param name="length">Bytes written.</param>
    /// <param name="localBase">The socket to send from.</param>
    /// <param name="remote">The address to send to.</param>
    public bool TryGetDatagram(
        Span<byte> destination,
        out int length,
        [NotNullWhen(true)] out IPEndPoint? localBase,
        [NotNullWhen(true)] out IPEndPoint? remote) =>
        _outbox.TryTake(destination, out length, out localBase, out remote);

    /// <summary>Takes the next local candidate to signal.</summary>
    public bool TryGetLocalCandidate([NotNullWhen(true)] out IceCandidateLine? candidate)
    {
        candidate = _gatherer.TryTakeUnannounced(out IceLocalCandidate? local) ? local!.ToLine() : null;
        return candidate is not null;
    }

    /// <summary>Ends the agent.</summary>
    public void Close()
    {
        _lifetime.Close();
        FallSilent();
    }

    private void OnRequest(TimeSpan now, IPEndPoint localBase, IPEndPoint remote, in StunMessage request)
    {
        if (_gatherer.FindHost(localBase) is not { } host || !_responder.TryAccept(request, localBase, remote, out IceIncomingCheck check))
            return;
        if (check.RoleSwitched)
            _list.Reorder(Controlling);
        if (_pairing.FindOrLearn(host, remote, check.Priority, _checker.Nominated) is { } pair)
            _checker.OnIncomingCheck(now, pair, check.UseCandidate);
    }

    private void OnResponse(TimeSpan now, IPEndPoint localBase, IPEndPoint remote, in StunMessage response)
    {
        if (_transactions.Find(response.TransactionId) is not { } transaction)
            return;
        if (transaction.Kind != IceTransactionKind.Gather)
        {
            _checker.OnResponse(now, transaction, response, localBase, remote);
        }
        else if (remote.Equals(transaction.Remote))
        {
            _transactions.Remove(transaction);
            _gatherer.Answered(transaction, response);
        }
    }

    private void Advance(TimeSpan now)
    {
        if (_lifetime.IsOver)
            return;
        _now = now;
        _transactions.Advance(now, OnTimeout);
        _checker.Nominate(now);
        _pacing.Advance(now);
        _consent.Watch(now, _checker.Selected);
        if (_consent.IsCheckDue(now))
        {
            bool wasDoubtful = _consent.IsDoubtful;
            _checker.SendConsent(now, _consent.Pair!);
            if (_consent.IsDoubtful && !wasDoubtful)
                _pairing.Avoid(_consent.Pair!);
        }

        _checker.Leave(now);
        _consent.Watch(now, _checker.Selected);
        if (_consent.Pair is not null)
            _lifetime.OnPair(now, _consent, nominated: _checker.Nominated is not null);
        else if (_checker.CanSend)
            _lifetime.OnNoPair(now, canImprove: _list.HasUndecided || !GatheringComplete);
        if (_lifetime.IsOver)
            FallSilent();
    }

    private void OnTimeout(IceTransaction transaction)
    {
        if (transaction.Kind == IceTransactionKind.Gather)
            _gatherer.TimedOut();
        else
            _checker.OnTimeout(transaction);
    }

    private void FallSilent()
    {
        _transactions.Clear();
        _outbox.Clear();
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b ?? a : a;
}

using System.Net;
using System.Text;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Ice;

/// <summary>Sends connectivity checks, takes their responses, and nominates, RFC 8445 sections 7.2 and 8.1.</summary>
internal sealed class IceChecker(IceOptions options, IceRole role, IceTransactionTable transactions, IceCheckList list, IceConsent consent)
{
    private string? _username;
    private byte[] _remoteKey = [];
    private TimeSpan? _firstValidAt;
    private IceCandidatePair? _nominating;

    /// <summary>The peer's credentials are known: checks can be sent.</summary>
    public bool CanSend => _username is not null;

    /// <summary>The nominated pair.</summary>
    public IceCandidatePair? Nominated { get; private set; }

    /// <summary>Where to send data.</summary>
    public IceCandidatePair? Selected => Nominated ?? list.BestValid;

    public void SetRemoteCredentials(string ufrag, string password)
    {
        _username = $"{ufrag}:{options.LocalUfrag}";
        _remoteKey = Encoding.UTF8.GetBytes(password);
    }

    /// <summary>Sends one triggered check, if there is one.</summary>
    public bool SendTriggered(TimeSpan now) => CanSend && SendCheck(now, list.TakeTriggered());

    /// <summary>Sends one ordinary check, if there is one.</summary>
    public bool SendOrdinary(TimeSpan now) => CanSend && SendCheck(now, list.NextOrdinary());

    public void SendConsent(TimeSpan now, IceCandidatePair pair)
    {
        // A response later than consent lasts is of no use.
        Start(now, pair, IceTransactionKind.Consent, UseCandidateOn(pair), options.DisconnectedAfter, sends: 1);
        consent.CheckSent(now);
    }

    /// <summary>The peer has checked this pair: check it back, and note a nomination.</summary>
    public void OnIncomingCheck(TimeSpan now, IceCandidatePair pair, bool useCandidate)
    {
        pair.PeerIsAuthentic = true;
        pair.HeardAt = now;
        if (pair.State != IcePairState.Succeeded)
            list.Trigger(pair);

        // A peer that checks another pair may have lost the one in use.
        if (Nominated is not null && !ReferenceEquals(pair, Nominated))
            consent.Doubt(now);
        if (!useCandidate || role.Controlling)
            return;
        pair.PeerNominated = true;
        if (pair.State == IcePairState.Succeeded)
            Settle(pair, byPeer: true);
    }

    public void OnResponse(TimeSpan now, IceTransaction transaction, in StunMessage response, IPEndPoint localBase, IPEndPoint remote)
    {
        IceCandidatePair pair = transaction.Pair!;
        bool authentic = response.VerifyIntegrity(_remoteKey);
        bool failed = response.Class == StunClass.Error;
        if (!failed && !authentic)
            return;

        transactions.Remove(transaction);
        bool decides = ReferenceEquals(pair.Check, transaction);
        if (decides)
            pair.Check = null;
        if (failed && authentic && response.TryGetErrorCode(out int code) && code == StunError.RoleConflict)
        {
            if (role.Controlling == transaction.Controlling)
            {
                role.GiveWay(!transaction.Controlling);
                list.Reorder(role.Controlling);
            }

            CancelNomination(pair);
            if (pair.State != IcePairState.Succeeded)
                list.Trigger(pair);
        }
        else if (failed || !localBase.Equals(transaction.LocalBase) || !remote.Equals(transaction.Remote))
        {
            // RFC 8445 section 7.2.5.2: an error, or a response that took another way than the request. Consent checks
            // decide by silence alone (RFC 7675), and a check that was replaced decides nothing.
            if (decides)
                Fail(pair, transaction);
        }
        else
        {
            Succeed(now, pair, transaction);
        }
    }

    public void OnTimeout(IceTransaction transaction)
    {
        if (transaction.Kind != IceTransactionKind.Check || !ReferenceEquals(transaction.Pair!.Check, transaction))
            return;
        transaction.Pair.Check = null;
        Fail(transaction.Pair, transaction);
    }

    /// <summary>The controlling agent's part: nominates once the best pair is known or the settle time is over.</summary>
    public void Nominate(TimeSpan now)
    {
        if (role.Controlling && CanSend && _nominating is null && Nominated is null
            && list.BestValid is { } best && (now >= NominationDueAt || list.IsBestPossible(best)))
        {
            BeginNomination(now, best);
        }
    }

    /// <summary>
    /// The nominated pair does not answer. The address below it may have changed (a NAT that forgot, a network that one side left), or the way between: another
    /// pair that the peer has used since takes over. The controlled agent waits for the peer to nominate it.
    /// </summary>
    public void Leave(TimeSpan now)
    {
        if (Nominated is null || _nominating is not null || !consent.IsDoubtful
            || list.Pairs.FirstOrDefault(other => other.State == IcePairState.Succeeded && other.HeardAt > Nominated.HeardAt
                && (role.Controlling || other.PeerNominated)) is not { } pair)
        {
            return;
        }

        if (role.Controlling)
            BeginNomination(now, pair);
        else
            Settle(pair, byPeer: true);
    }

    /// <summary>A base of ours is gone, and what was nominated on it.</summary>
    public void Forget(IceLocalCandidate host)
    {
        if (ReferenceEquals(Nominated?.LocalCandidate, host))
            Nominated = null;
        if (ReferenceEquals(_nominating?.LocalCandidate, host))
            _nominating = null;
    }

    /// <summary>When <see cref="Nominate"/> is due; <see langword="null"/> when it waits for nothing but events.</summary>
    public TimeSpan? NextDeadline =>
        role.Controlling && Nominated is null && _nominating is null && list.BestValid is not null ? NominationDueAt : null;

    private TimeSpan NominationDueAt => (_firstValidAt ?? TimeSpan.Zero) + options.NominationSettle;

    private void BeginNomination(TimeSpan now, IceCandidatePair pair)
    {
        _nominating = pair;
        SendCheck(now, pair, useCandidate: true);
    }

    private bool SendCheck(TimeSpan now, IceCandidatePair? pair, bool useCandidate = false)
    {
        if (pair is null)
            return false;

        // RFC 8445 section 7.3.1.4: the check that this one replaces sends no more, its response still counts.
        pair.Check?.StopSending();
        if (pair.State != IcePairState.Succeeded)
            pair.State = IcePairState.InProgress;
        pair.Check = Start(now, pair, IceTransactionKind.Check, useCandidate, options.InitialRto, options.CheckSends);
        return true;
    }

    private IceTransaction Start(TimeSpan now, IceCandidatePair pair, IceTransactionKind kind, bool useCandidate, TimeSpan rto, int sends)
    {
        StunTransactionId id = transactions.NewId();
        Span<byte> buffer = stackalloc byte[IceAgent.MaxDatagramLength];
        var builder = new StunMessageBuilder(buffer, StunClass.Request, id);
        builder.AddUsername(_username!);
        builder.AddPriority(pair.LocalCandidate.PeerReflexivePriority);
        builder.AddRole(role.Controlling, role.TieBreaker);
        if (useCandidate)
            builder.AddUseCandidate();
        builder.AddMessageIntegrity(_remoteKey);
        builder.AddFingerprint();
        var transaction = new IceTransaction
        {
            Id = id,
            Kind = kind,
            Request = buffer[..builder.Length].ToArray(),
            LocalBase = pair.LocalBase,
            Remote = pair.Remote,
            Pair = pair,
            Controlling = role.Controlling,
            UseCandidate = useCandidate,
            SentAt = now,
            Rto = rto,
            DueAt = now + rto,
            SendsLeft = sends - 1,
        };
        transactions.Start(transaction);
        return transaction;
    }

    private void Succeed(TimeSpan now, IceCandidatePair pair, IceTransaction transaction)
    {
        pair.PeerIsAuthentic = true;
        pair.ConfirmedAt = now;
        pair.HeardAt = now;
        if (!transaction.Retransmitted)
            pair.RoundTrip = now - transaction.SentAt;
        if (pair.State != IcePairState.Succeeded)
            list.Succeed(pair);
        _firstValidAt ??= now;
        if (ReferenceEquals(consent.Pair, pair))
            consent.Confirm(now);

        bool nominated = transaction.UseCandidate && transaction.Kind == IceTransactionKind.Check;
        if (nominated)
            CancelNomination(pair);
        if (role.Controlling ? nominated : pair.PeerNominated)
            Settle(pair, byPeer: !role.Controlling);
    }

    private void Settle(IceCandidatePair pair, bool byPeer)
    {
        // Browsers may nominate several pairs; both sides then use the best (RFC 5245 section 8.1.1.2) unless it has fallen silent.
        if (byPeer && Nominated is not null && pair.Priority <= Nominated.Priority && !consent.IsDoubtful)
            return;
        Nominated = pair;
        list.StopOrdinary();
    }

    private void Fail(IceCandidatePair pair, IceTransaction transaction)
    {
        CancelNomination(pair);

        // A pair in use is judged by consent, unless its nomination got no answer in all these seconds.
        if (pair.State != IcePairState.Succeeded || transaction.UseCandidate)
            pair.State = IcePairState.Failed;
        if (ReferenceEquals(Nominated, pair) && pair.State == IcePairState.Failed)
            Nominated = null;
    }

    private void CancelNomination(IceCandidatePair pair)
    {
        if (ReferenceEquals(_nominating, pair))
            _nominating = null;
    }

    /// <summary>Consent checks keep naming the nominated pair: a peer that sees them come from a new address then follows.</summary>
    private bool UseCandidateOn(IceCandidatePair pair) => role.Controlling && ReferenceEquals(pair, Nominated);
}

using System.Net;
using System.Security.Cryptography;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.Dtls;
using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Sdp;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// The offer/answer exchange of one connection (RFC 8829): who controls ICE, who begins DTLS, what the peer said; later exchanges restart ICE and change nothing
/// else. Called under the connection's lock.
/// </summary>
/// <param name="host">What connections share.</param>
/// <param name="ice">The agents and their sockets.</param>
/// <param name="dtls">Is told of the peer.</param>
/// <param name="candidateResolved">Takes a candidate whose name has been found, without the lock.</param>
internal sealed class Negotiation(DriverHost host, IceTransport ice, DtlsTransport dtls, Action<IceCandidateLine> candidateResolved)
{
    private readonly RemoteCandidates _remoteCandidates = new(host.Names, ice, candidateResolved);
    private readonly long _sessionId = NewSessionId();
    private int _sessionVersion;

    /// <summary>An offer or an answer of ours exists.</summary>
    public bool HasLocal { get; private set; }

    /// <summary>An offer of ours, the first or one that restarts ICE, waits for its answer.</summary>
    public bool AwaitsAnswer { get; private set; }

    /// <summary>What the peer said last; <see langword="null"/> before.</summary>
    public DataChannelDescription? Remote { get; private set; }

    /// <summary>Our part in DTLS, once both sides have spoken.</summary>
    public DtlsRole Role { get; private set; }

    /// <summary>The name of the media section.</summary>
    public string Mid { get; private set; } = "0";

    /// <summary>The way to the peer is to be looked for anew: the next offer restarts ICE.</summary>
    public bool RestartWanted { get; set; }

    /// <summary>Makes the first offer, or one that restarts ICE, or that one again while no answer to it has come.</summary>
    /// <exception cref="InvalidOperationException">There is nothing to offer.</exception>
    public SessionDescription CreateOffer(TimeSpan now)
    {
        if (!HasLocal)
        {
            ice.Current.Agent.Controlling = true;
        }
        else if (Remote is null || !(RestartWanted || AwaitsAnswer))
        {
            throw new InvalidOperationException("An offer or an answer exists already, and no ICE restart is wanted.");
        }
        else if (!AwaitsAnswer)
        {
            // One that an offer of the peer's began is obsolete by ours.
            ice.AbandonRestart();
            ice.Restart();
        }

        AwaitsAnswer = true;
        RestartWanted = false;

        // RFC 8842 section 5.5: the roles in DTLS stay, and a later offer says actpass all the same.
        return Describe(now, ice.Latest, "offer", DtlsSetup.ActPass);
    }

    /// <summary>Takes an offer and makes the answer.</summary>
    public SessionDescription? TryAcceptOffer(TimeSpan now, SessionDescription offer, out string? error)
    {
        if (HasLocal && Remote is null)
        {
            error = "An offer exists already.";
            return null;
        }

        if (!TryRead(offer, "offer", out DataChannelDescription? remote, out error))
        {
            return null;
        }

        return Remote is null ? AcceptFirst(now, remote!) : AcceptRestart(now, remote!);
    }

    /// <summary>Takes the answer to our offer.</summary>
    public bool TryAcceptAnswer(TimeSpan now, SessionDescription answer, out string? error)
    {
        if (!AwaitsAnswer)
        {
            error = "No offer waits for an answer.";
            return false;
        }

        if (!TryRead(answer, "answer", out DataChannelDescription? remote, out error))
        {
            return false;
        }

        if (Remote is null)
        {
            ApplyFirst(now, remote!, remote!.Setup == DtlsSetup.Active ? DtlsRole.Server : DtlsRole.Client);
        }
        else if (ice.Current.Agent.RemoteCredentials?.Ufrag == remote!.IceUfrag)
        {
            // RFC 8839 section 4.4.1.1.1: a restart has new credentials on both sides.
            error = "The answer has the old ICE credentials: the peer does not restart.";
            return false;
        }
        else
        {
            Apply(now, remote);
        }

        AwaitsAnswer = false;
        return true;
    }

    /// <summary>Takes a candidate of the peer, now or once its description is there.</summary>
    public void AddCandidate(TimeSpan now, IceCandidate candidate) => _remoteCandidates.Add(now, candidate, Remote is not null);

    /// <summary>Takes a candidate of the peer whose name has been found.</summary>
    public void AddCandidate(TimeSpan now, IceCandidateLine candidate) => _remoteCandidates.Add(now, candidate);

    /// <summary>Takes the local candidates that became known after our description, and the end of gathering once.</summary>
    public bool TryTakeLocalCandidate(out IceCandidate? candidate)
    {
        candidate = null;
        if (!HasLocal)
        {
            return false;
        }

        IceGeneration generation = ice.Latest;
        if (generation.TakeCandidate() is { } line)
        {
            candidate = new IceCandidate((line with { Ufrag = generation.Agent.LocalUfrag }).Format(), Mid);
            return true;
        }

        if (generation.EndTold || !generation.IsComplete)
        {
            return false;
        }

        generation.EndTold = true;
        return true;
    }

    private SessionDescription AcceptFirst(TimeSpan now, DataChannelDescription remote)
    {
        // The offerer controls (RFC 8445 section 6.1.1), unless it is a lite agent, which cannot.
        ice.Current.Agent.Controlling = remote.IceLite;
        Mid = remote.Mid;
        SessionDescription answer = Describe(now, ice.Current, "answer", remote.SetupOfAnswer);
        ApplyFirst(now, remote, remote.SetupOfAnswer == DtlsSetup.Active ? DtlsRole.Client : DtlsRole.Server);
        return answer;
    }

    /// <summary>An offer of our own that waits is withdrawn: which of two that meet is to stand is the caller's choice.</summary>
    private SessionDescription AcceptRestart(TimeSpan now, DataChannelDescription remote)
    {
        if (AwaitsAnswer)
        {
            ice.AbandonRestart();
            AwaitsAnswer = false;
        }

        // The same offer again, or one that restarts nothing, gets the same answer again.
        if (ice.Latest.Agent.RemoteCredentials != (remote.IceUfrag, remote.IcePassword))
        {
            ice.AbandonRestart();
            ice.Restart();
            RestartWanted = false;
        }

        SessionDescription answer = Describe(now, ice.Latest, "answer", Role == DtlsRole.Client ? DtlsSetup.Active : DtlsSetup.Passive);
        Apply(now, remote);
        return answer;
    }

    private bool TryRead(SessionDescription text, string type, out DataChannelDescription? description, out string? error)
    {
        description = null;
        if (!string.Equals(text.Type, type, StringComparison.Ordinal))
        {
            error = $"The description is of the type '{text.Type}', not '{type}'.";
            return false;
        }

        bool isRead = type == "offer"
            ? SessionDescriptionParser.TryParseOffer(text.Sdp, out description, out error)
            : SessionDescriptionParser.TryParseAnswer(text.Sdp, out description, out error);
        if (!isRead)
        {
            return false;
        }

        // RFC 8842 section 5.1: a new fingerprint would mean a new DTLS association.
        if (Remote is not null && !description!.Fingerprint.AsSpan().SequenceEqual(Remote.Fingerprint))
        {
            error = "The description has another certificate: it is not of the peer that this connection is with.";
            return false;
        }

        return true;
    }

    private SessionDescription Describe(TimeSpan now, IceGeneration generation, string type, DtlsSetup setup)
    {
        HasLocal = true;
        generation.Gather(now);

        // Host candidates are known at once: inside the description they save a round trip through signaling.
        while (generation.TakeCandidate() is not null)
        {
        }

        return new SessionDescription(type, SessionDescriptionWriter.Write(new DataChannelDescription
        {
            SessionId = _sessionId,
            SessionVersion = ++_sessionVersion,
            Mid = Mid,
            IceUfrag = generation.Agent.LocalUfrag,
            IcePassword = generation.Agent.LocalPassword,
            Fingerprint = host.Dtls.Fingerprint.ToArray(),
            Setup = setup,
            Candidates = generation.Candidates,
            EndOfCandidates = generation.IsComplete,
        }));
    }

    private void ApplyFirst(TimeSpan now, DataChannelDescription remote, DtlsRole role)
    {
        Role = role;
        if (remote.IceLite)
        {
            ice.Current.Agent.Controlling = true;
        }

        dtls.SetRemote(role, remote.Fingerprint);
        Apply(now, remote);
    }

    private void Apply(TimeSpan now, DataChannelDescription remote)
    {
        Remote = remote;
        ice.Latest.Agent.SetRemoteCredentials(now, remote.IceUfrag, remote.IcePassword);
        _remoteCandidates.Describe(now, remote);
    }

    private static long NewSessionId()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToInt64(bytes) & long.MaxValue;
    }
}

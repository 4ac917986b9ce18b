using System.Net;
using System.Security.Cryptography;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.Dtls;
using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Sdp;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// The offer/answer exchange of one connection (RFC 8829): who controls ICE, who begins DTLS, what the peer said. One
/// exchange, no renegotiation. Called under the connection's lock.
/// </summary>
/// <param name="host">What connections share.</param>
/// <param name="ice">The agent and its sockets.</param>
/// <param name="dtls">Is told of the peer.</param>
/// <param name="candidateResolved">Takes a candidate whose name has been found, without the lock.</param>
internal sealed class Negotiation(DriverHost host, IceTransport ice, DtlsTransport dtls, Action<IceCandidateLine> candidateResolved)
{
    // Candidates that come before the description they belong to.
    private const int MaxEarlyCandidates = 64;

    // Names that a peer can have us ask the local network for: it has a handful of addresses.
    private const int MaxNames = 16;

    private readonly List<IceCandidate> _early = [];
    private int _namesAsked;
    private bool _gatheringEndTold;

    /// <summary>An offer or an answer of ours exists.</summary>
    public bool HasLocal { get; private set; }

    /// <summary>What the peer said; <see langword="null"/> before.</summary>
    public DataChannelDescription? Remote { get; private set; }

    /// <summary>Our part in DTLS, once both sides have spoken.</summary>
    public DtlsRole Role { get; private set; }

    /// <summary>The name of the media section.</summary>
    public string Mid { get; private set; } = "0";

    /// <summary>Makes the offer.</summary>
    public SessionDescription CreateOffer(TimeSpan now)
    {
        ice.Agent.Controlling = true;
        return Describe(now, "offer", DtlsSetup.ActPass);
    }

    /// <summary>Takes the offer and makes the answer.</summary>
    public SessionDescription? TryAcceptOffer(TimeSpan now, SessionDescription offer, out string? error)
    {
        if (!TryRead(offer, "offer", out DataChannelDescription? remote, out error))
        {
            return null;
        }

        // The offerer controls (RFC 8445 section 6.1.1), unless it is a lite agent, which cannot.
        ice.Agent.Controlling = remote!.IceLite;
        Mid = remote.Mid;
        SessionDescription answer = Describe(now, "answer", remote.SetupOfAnswer);
        Apply(now, remote, remote.SetupOfAnswer == DtlsSetup.Active ? DtlsRole.Client : DtlsRole.Server);
        return answer;
    }

    /// <summary>Takes the answer.</summary>
    public bool TryAcceptAnswer(TimeSpan now, SessionDescription answer, out string? error)
    {
        if (!TryRead(answer, "answer", out DataChannelDescription? remote, out error))
        {
            return false;
        }

        Apply(now, remote!, remote!.Setup == DtlsSetup.Active ? DtlsRole.Server : DtlsRole.Client);
        return true;
    }

    /// <summary>Takes a candidate of the peer, now or once its description is there.</summary>
    public void AddCandidate(TimeSpan now, IceCandidate candidate)
    {
        if (Remote is null)
        {
            if (_early.Count < MaxEarlyCandidates)
            {
                _early.Add(candidate);
            }

            return;
        }

        if (string.IsNullOrWhiteSpace(candidate.Candidate))
        {
            // webrtc-pc section 4.8.1: an empty candidate ends the peer's gathering.
            ice.Agent.EndOfRemoteCandidates(now);
        }
        else if (IceCandidateLine.TryParse(candidate.Candidate, out IceCandidateLine? line))
        {
            AddCandidate(now, line!);
        }
    }

    /// <summary>Takes a candidate that belongs to the peer's description.</summary>
    public void AddCandidate(TimeSpan now, IceCandidateLine candidate)
    {
        ice.Agent.AddRemoteCandidate(now, candidate);
        if (host.Names is { } names && candidate.UsableName is { } name && _namesAsked < MaxNames)
        {
            _namesAsked++;
            names.Resolve(name, addresses =>
            {
                foreach (IPAddress address in addresses)
                {
                    candidateResolved(candidate with { Host = address.ToString() });
                }
            });
        }
    }

    /// <summary>Takes the local candidates that became known after our description, and the end of gathering once.</summary>
    public bool TryTakeLocalCandidate(out IceCandidate? candidate)
    {
        candidate = null;
        if (!HasLocal)
        {
            return false;
        }

        if (ice.Agent.TryGetLocalCandidate(out IceCandidateLine? line))
        {
            candidate = new IceCandidate(line.Format(), Mid);
            return true;
        }

        if (_gatheringEndTold || !ice.Agent.GatheringComplete)
        {
            return false;
        }

        _gatheringEndTold = true;
        return true;
    }

    private static bool TryRead(SessionDescription text, string type, out DataChannelDescription? description, out string? error)
    {
        if (!string.Equals(text.Type, type, StringComparison.Ordinal))
        {
            description = null;
            error = $"The description is of the type '{text.Type}', not '{type}'.";
            return false;
        }

        return type == "offer"
            ? SessionDescriptionParser.TryParseOffer(text.Sdp, out description, out error)
            : SessionDescriptionParser.TryParseAnswer(text.Sdp, out description, out error);
    }

    private SessionDescription Describe(TimeSpan now, string type, DtlsSetup setup)
    {
        HasLocal = true;
        ice.Gather(now);

        // Host candidates are known at once: inside the description they save a round trip through signaling.
        var candidates = new List<IceCandidateLine>();
        while (ice.Agent.TryGetLocalCandidate(out IceCandidateLine? candidate))
        {
            candidates.Add(candidate);
        }

        return new SessionDescription(type, SessionDescriptionWriter.Write(new DataChannelDescription
        {
            SessionId = NewSessionId(),
            Mid = Mid,
            IceUfrag = ice.Agent.LocalUfrag,
            IcePassword = ice.Agent.LocalPassword,
            Fingerprint = host.Dtls.Fingerprint.ToArray(),
            Setup = setup,
            Candidates = candidates,
            EndOfCandidates = ice.Agent.GatheringComplete,
        }));
    }

    private void Apply(TimeSpan now, DataChannelDescription remote, DtlsRole role)
    {
        Remote = remote;
        Role = role;
        if (remote.IceLite)
        {
            ice.Agent.Controlling = true;
        }

        dtls.SetRemote(role, remote.Fingerprint);
        ice.Agent.SetRemoteCredentials(now, remote.IceUfrag, remote.IcePassword);
        foreach (IceCandidateLine candidate in remote.Candidates)
        {
            AddCandidate(now, candidate);
        }

        if (remote.EndOfCandidates)
        {
            ice.Agent.EndOfRemoteCandidates(now);
        }

        foreach (IceCandidate candidate in _early)
        {
            AddCandidate(now, candidate);
        }

        _early.Clear();
    }

    private static long NewSessionId()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToInt64(bytes) & long.MaxValue;
    }
}

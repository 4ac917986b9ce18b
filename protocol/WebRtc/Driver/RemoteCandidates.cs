using System.Net;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Sdp;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// Brings the peer's candidates to the agent of the generation that they belong to: what comes before its description is kept, what is of a generation that has
/// ended is dropped, names are looked up. Called under the connection's lock.
/// </summary>
/// <param name="names">Looks up names; <see langword="null"/>: such candidates are of no use.</param>
/// <param name="ice">The agents.</param>
/// <param name="resolved">Takes a candidate whose name has been found, without the lock.</param>
internal sealed class RemoteCandidates(IHostNameResolver? names, IceTransport ice, Action<IceCandidateLine> resolved)
{
    // Candidates that come before the description they belong to.
    private const int MaxEarly = 64;

    // Names that a peer can have us ask the local network for: it has a handful of addresses.
    private const int MaxNames = 16;

    private readonly List<IceCandidate> _early = [];
    private int _namesAsked;

    /// <summary>The peer's description has become the latest.</summary>
    public void Describe(TimeSpan now, DataChannelDescription remote)
    {
        foreach (IceCandidateLine candidate in remote.Candidates)
        {
            Add(now, candidate);
        }

        if (remote.EndOfCandidates)
        {
            ice.Latest.Agent.EndOfRemoteCandidates(now);
        }

        // What belongs to no generation now is of one that has ended.
        foreach (IceCandidate candidate in _early.ToArray())
        {
            Add(now, candidate, isDescribed: true);
        }

        _early.Clear();
    }

    /// <summary>Takes a trickled candidate.</summary>
    /// <param name="now">The time.</param>
    /// <param name="candidate">Its text; empty for the end.</param>
    /// <param name="isDescribed">The peer's first description has come.</param>
    public void Add(TimeSpan now, IceCandidate candidate, bool isDescribed)
    {
        if (!isDescribed)
        {
            Keep(candidate);
        }
        else if (string.IsNullOrWhiteSpace(candidate.Candidate))
        {
            // webrtc-pc section 4.8.1: an empty candidate ends the peer's gathering.
            Described.EndOfRemoteCandidates(now);
        }
        else if (IceCandidateLine.TryParse(candidate.Candidate, out IceCandidateLine? line) && !Add(now, line!))
        {
            Keep(candidate);
        }
    }

    /// <summary>Takes a candidate whose generation has been described.</summary>
    /// <returns><see langword="false"/> when it is of another one.</returns>
    public bool Add(TimeSpan now, IceCandidateLine candidate)
    {
        IceAgent? agent = candidate.Ufrag is not { } ufrag ? Described
            : ice.Next?.Agent is { } next && next.RemoteCredentials?.Ufrag == ufrag ? next
            : ice.Current.Agent.RemoteCredentials?.Ufrag == ufrag ? ice.Current.Agent
            : null;
        if (agent is null)
        {
            return false;
        }

        agent.AddRemoteCandidate(now, candidate);
        if (names is not null && candidate.UsableName is { } name && _namesAsked < MaxNames)
        {
            _namesAsked++;
            IceCandidateLine ofGeneration = candidate with { Ufrag = agent.RemoteCredentials?.Ufrag };
            names.Resolve(name, addresses =>
            {
                foreach (IPAddress address in addresses)
                {
                    resolved(ofGeneration with { Host = address.ToString() });
                }
            });
        }

        return true;
    }

    /// <summary>The agent of the peer's latest description.</summary>
    private IceAgent Described => ice.Next?.Agent is { RemoteCredentials: not null } next ? next : ice.Current.Agent;

    private void Keep(IceCandidate candidate)
    {
        if (_early.Count < MaxEarly)
        {
            _early.Add(candidate);
        }
    }
}

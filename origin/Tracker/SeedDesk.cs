using System.Collections.Immutable;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tracker;

/// <summary>Keeps the seed set of a swarm and says who must hear of its changes.</summary>
internal sealed class SeedDesk
{
    private readonly CopiesPolicy _copies = new();
    private ImmutableArray<(PeerId Peer, double Weight)> _seeds = [];
    private HashSet<PeerId> _ids = [];
    private int _sentCopies;
    private long _version;
    private bool _vacancy;

    /// <summary>When <see cref="Update"/> is next due.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.Zero;

    /// <summary>The seeds now.</summary>
    public ImmutableArray<(PeerId Peer, double Weight)> Seeds => _seeds;

    /// <summary>Copies of each chunk now.</summary>
    public int Copies => _sentCopies;

    /// <summary>A viewer came: if there is no seed yet, it need not wait a second to become one.</summary>
    public void Joined(TimeSpan now)
    {
        if (_seeds.IsEmpty && Due > now)
        {
            Due = now;
        }
    }

    /// <summary>
    /// A viewer left, or has a new connection and so knows nothing of its duty: if it is a seed, the set is sent anew.
    /// </summary>
    public void Left(TimeSpan now, PeerId peer)
    {
        if (_ids.Contains(peer))
        {
            _vacancy = true;
            TimeSpan soon = now + TrackerLimits.SeedDepartureDelay;
            Due = Due < soon ? Due : soon;
        }
    }

    /// <summary>Chooses anew and sends what changed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="members">Who is there.</param>
    /// <param name="sampler">Who could be a seed.</param>
    /// <param name="settled">What the viewers reported that are past their first seconds.</param>
    /// <param name="send">Sends a message to a viewer.</param>
    public void Update(
        TimeSpan now,
        IReadOnlyDictionary<PeerId, TrackerMember> members,
        PeerSampler sampler,
        SwarmStatistics settled,
        Action<TrackerMember, SignalingMessage> send)
    {
        Due = now + TrackerLimits.SeedChangeInterval;
        var sample = sampler.Sample(TrackerLimits.Seeds).Where(m => !_ids.Contains(m.Id));
        var current = _seeds.Where(s => members.TryGetValue(s.Peer, out var m) && m.Listening).Select(s => members[s.Peer]);
        var seeds = SeedSelection.Choose(current.Select(m => Candidate(now, m)), sample.Select(m => Candidate(now, m)), TrackerLimits.Seeds);
        int copies = _copies.Update(now, members.Count, settled.Chunks, settled.Fallbacks);
        if (!_vacancy && copies == _sentCopies && seeds.AsSpan().SequenceEqual(_seeds.AsSpan()))
        {
            return;
        }

        var ids = seeds.Select(s => s.Peer).ToHashSet();
        var message = new SeedsMessage(++_version, copies, [.. seeds.Select(s => new SeedEntry(s.Peer.ToString(), s.Weight))]);
        foreach (var (peer, _) in seeds)
        {
            send(members[peer], message);
        }

        foreach (var (peer, _) in _seeds)
        {
            if (!ids.Contains(peer) && members.TryGetValue(peer, out var relieved))
            {
                send(relieved, message with { Seeds = [] });
            }
        }

        (_seeds, _ids, _sentCopies, _vacancy) = (seeds, ids, copies, false);
    }

    private static SeedCandidate Candidate(TimeSpan now, TrackerMember member) =>
        new(member.Id, member.ExpectedKbps, now - member.Joined);
}

using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tracker;

/// <summary>
/// Viewers that left a short while ago, bounded: whoever returns keeps its standing, and what it reported before is not
/// counted twice.
/// </summary>
internal sealed class DepartedViewers
{
    private readonly Dictionary<PeerId, (TrackerMember Member, long Order)> _members = [];
    private readonly Queue<(PeerId Peer, long Order, TimeSpan Left)> _order = new();
    private long _next;

    /// <summary>Remembers a viewer.</summary>
    public void Add(TimeSpan now, TrackerMember member)
    {
        _members[member.Id] = (member, _next);
        _order.Enqueue((member.Id, _next++, now));
        while (_order.TryPeek(out var oldest) && (_order.Count > TrackerLimits.Departed || now - oldest.Left > TrackerLimits.DepartedFor))
        {
            _order.Dequeue();
            if (_members.TryGetValue(oldest.Peer, out var entry) && entry.Order == oldest.Order)
            {
                _members.Remove(oldest.Peer);
            }
        }
    }

    /// <summary>Takes a viewer out, as it was when it left.</summary>
    public TrackerMember? Take(PeerId peer) => _members.Remove(peer, out var entry) ? entry.Member : null;
}

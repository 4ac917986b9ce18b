using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tracker;

/// <summary>
/// The listening viewers, and random samples of them. A sample costs in proportion to its size and not to the audience:
/// joining ten thousand viewers must not mean walking ten thousand each time.
/// </summary>
internal sealed class PeerSampler(Random random)
{
    // The best of so many random viewers stands for "by uplink": near the top, and never always the same few.
    private const int Contest = 4;

    private readonly List<TrackerMember> _members = [];

    /// <summary>How many there are.</summary>
    public int Count => _members.Count;

    /// <summary>Adds a viewer.</summary>
    public void Add(TrackerMember member)
    {
        member.SamplerIndex = _members.Count;
        _members.Add(member);
    }

    /// <summary>Removes a viewer that was added; the last takes its place.</summary>
    public void Remove(TrackerMember member)
    {
        int index = member.SamplerIndex;
        TrackerMember last = _members[^1];
        _members[index] = last;
        last.SamplerIndex = index;
        _members.RemoveAt(_members.Count - 1);
        member.SamplerIndex = -1;
    }

    /// <summary>Candidate peers for <paramref name="self"/>: part at random, part by uplink, in random order.</summary>
    /// <param name="self">Who asks; never in the sample.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="exclude">Whom it knows already.</param>
    public List<TrackerMember> Candidates(TrackerMember self, int count, ImmutableArray<PeerId> exclude)
    {
        var chosen = new List<TrackerMember>(Math.Min(count, _members.Count));
        bool Eligible(TrackerMember m) => m != self && !exclude.Contains(m.Id) && !chosen.Contains(m);

        // Few are left to choose from: take the remaining ones instead of hoping to hit them.
        if (_members.Count <= (2 * count) + exclude.Length)
        {
            var all = _members.FindAll(Eligible);
            random.Shuffle(CollectionsMarshal.AsSpan(all));
            int byChance = Math.Min(all.Count, (int)Math.Ceiling(count * TrackerLimits.RandomShare));
            chosen.AddRange(all.GetRange(0, byChance));
            chosen.AddRange(all.Skip(byChance).OrderByDescending(m => m.ExpectedKbps).ThenBy(m => m.Id).Take(count - byChance));
        }
        else
        {
            int byChance = (int)Math.Ceiling(count * TrackerLimits.RandomShare);
            for (int attempt = 0; attempt < count * 8 && chosen.Count < count; attempt++)
            {
                TrackerMember pick = Pick();
                for (int i = 1; i < Contest && chosen.Count >= byChance; i++)
                {
                    TrackerMember other = Pick();
                    pick = !Eligible(pick) || (Eligible(other) && other.ExpectedKbps > pick.ExpectedKbps) ? other : pick;
                }

                if (Eligible(pick))
                {
                    chosen.Add(pick);
                }
            }
        }

        random.Shuffle(CollectionsMarshal.AsSpan(chosen));
        return chosen;
    }

    /// <summary>At most <paramref name="count"/> distinct viewers at random; all of them when there are no more.</summary>
    public List<TrackerMember> Sample(int count)
    {
        if (_members.Count <= count)
        {
            return [.. _members];
        }

        var indexes = new HashSet<int>(count);
        var sample = new List<TrackerMember>(count);
        for (int attempt = 0; attempt < count * 2 && sample.Count < count; attempt++)
        {
            int index = random.Next(_members.Count);
            if (indexes.Add(index))
            {
                sample.Add(_members[index]);
            }
        }

        return sample;
    }

    private TrackerMember Pick() => _members[random.Next(_members.Count)];
}

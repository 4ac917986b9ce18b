using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Signaling;

/// <summary>
/// Whom the tracker told a viewer of, newest last, bounded. Both keep one: the tracker relays to nobody else, so a viewer
/// that asked it to would only be blamed. A plain array of ids: searching 200 of them is one vectorized scan, and ten
/// thousand viewers hold at most 16 MB.
/// </summary>
/// <param name="capacity">The most that are remembered.</param>
public sealed class IntroductionList(int capacity = IntroductionList.TrackerCapacity)
{
    /// <summary>What the tracker remembers of each viewer.</summary>
    public const int TrackerCapacity = 200;

    private ulong[] _ids = [];

    /// <summary>How many are remembered.</summary>
    public int Count { get; private set; }

    /// <summary>Remembers <paramref name="peer"/> as the newest; forgets the oldest when full.</summary>
    public void Add(PeerId peer)
    {
        int index = Array.IndexOf(_ids, peer.Value, 0, Count);
        if (index < 0)
        {
            if (Count == capacity)
            {
                index = 0;
            }
            else
            {
                if (Count == _ids.Length)
                {
                    Array.Resize(ref _ids, Math.Min(capacity, Math.Max(32, Count * 2)));
                }

                _ids[Count++] = peer.Value;
                return;
            }
        }

        Array.Copy(_ids, index + 1, _ids, index, Count - index - 1);
        _ids[Count - 1] = peer.Value;
    }

    /// <summary>Whether <paramref name="peer"/> is remembered.</summary>
    public bool Contains(PeerId peer) => Array.IndexOf(_ids, peer.Value, 0, Count) >= 0;
}

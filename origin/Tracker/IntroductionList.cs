using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tracker;

/// <summary>
/// Whom a viewer was told of, newest last, bounded. A plain array of ids: searching 200 of them is one vectorized scan,
/// and ten thousand viewers hold at most 16 MB.
/// </summary>
internal sealed class IntroductionList(int capacity)
{
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

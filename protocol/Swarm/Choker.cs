using Peercast.Protocol.Scheduling;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>Decides now and then who is served, see <see cref="ChokePolicy"/>.</summary>
internal sealed class Choker(SwarmContext context, UploadScheduler uploads)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>More requests than this turned away for load in one interval mean that the uplink is not enough for all.</summary>
    private const int SaturatedRejections = 20;

    /// <summary>Never serve fewer: each chunk should leave in several directions.</summary>
    private const int MinServed = 4;

    private readonly List<ChokePolicy.Candidate> _candidates = [];
    private TimeSpan _next = Interval;

    /// <summary>Decides if it is time.</summary>
    public void Tick(TimeSpan now)
    {
        if (now < _next)
        {
            return;
        }

        _next = now + Interval;
        bool isSaturated = uploads.BusyRejections > SaturatedRejections;
        uploads.BusyRejections = 0;
        _candidates.Clear();
        foreach (Neighbor neighbor in context.Neighbors.AllReady)
        {
            _candidates.Add(new ChokePolicy.Candidate(neighbor.Slot, neighbor.ReceivedLately));
            neighbor.ReceivedLately /= 2;
        }

        // Three in four: rejections are cheap, and a swarm whose edges are cut needs more of the origin.
        int places = isSaturated ? Math.Max(MinServed, _candidates.Count * 3 / 4) : _candidates.Count;
        ulong served = ChokePolicy.Choose(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_candidates), places, context.Random);
        foreach (Neighbor neighbor in context.Neighbors.AllReady)
        {
            Set(neighbor, (served & neighbor.Bit) == 0);
        }
    }

    private void Set(Neighbor neighbor, bool isChoked)
    {
        if (neighbor.IsChoked == isChoked)
        {
            return;
        }

        neighbor.IsChoked = isChoked;
        context.Send(neighbor, isChoked ? ChokeMessage.Encoded : UnchokeMessage.Encoded);
        if (isChoked)
        {
            uploads.RejectAll(neighbor, RejectReason.Choked);
        }
    }
}

using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// Notices neighbors that say nothing any more: within two seconds when something is owed, later otherwise. PING asks
/// one that merely has nothing to say.
/// </summary>
internal sealed class LivenessWatch(SwarmContext context)
{
    /// <summary>What a restart of ICE may take, with signaling that has to come back first.</summary>
    public static readonly TimeSpan RestartTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan QuietBeforePing = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    private TimeSpan _next;
    private uint _token;

    public void Tick(TimeSpan now)
    {
        if (now < _next)
        {
            return;
        }

        _next = now + Interval;
        bool isOurs = IsOurFault(now);
        foreach (Neighbor neighbor in context.Neighbors.All)
        {
            TimeSpan quiet = now - neighbor.LastHeard;
            if ((!isOurs && IsOverdue(now, neighbor, quiet)) || quiet >= context.Options.NeighborSilence
                || (!neighbor.IsReady && now - neighbor.ConnectedAt >= HandshakeTimeout))
            {
                context.Drop(now, neighbor, DisconnectReason.Silent);
            }
            else if (neighbor.IsReady && quiet >= QuietBeforePing && now - neighbor.LastPing >= QuietBeforePing)
            {
                neighbor.LastPing = now;
                context.Send(neighbor, new PingMessage(++_token).Encode());
            }
        }
    }

    /// <summary>Most neighbors are quiet at once: it is this side's network or processor, and dropping them would only make it worse.</summary>
    private bool IsOurFault(TimeSpan now)
    {
        int quiet = 0;
        foreach (Neighbor neighbor in context.Neighbors.AllReady)
        {
            quiet += now - neighbor.LastHeard >= QuietBeforePing ? 1 : 0;
        }

        return quiet >= 3 && quiet * 2 > context.Neighbors.ReadyCount;
    }

    /// <summary>It owes an answer or data, or let a request run out since it was last heard.</summary>
    private bool IsOverdue(TimeSpan now, Neighbor neighbor, TimeSpan quiet)
    {
        if (quiet < context.Options.OverdueSilence || now < neighbor.RestartsUntil)
        {
            return false;
        }

        return neighbor.LastTimeout > neighbor.LastHeard
            || (neighbor.LastPing > neighbor.LastHeard && now - neighbor.LastPing >= AnswerTime)
            || (neighbor.Outstanding.Count > 0 && now - neighbor.Outstanding[0].SentAt >= context.Options.OverdueSilence);
    }
}

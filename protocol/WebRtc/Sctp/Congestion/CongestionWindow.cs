namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// How much the model allows in flight, and what that was before a recovery or a drain made it small (draft-ietf-ccwg-bbr,
/// section 5.6.4).
/// </summary>
internal sealed class CongestionWindow(PathModel path, int packetSize, int maxWindow)
{
    private double _saved;

    /// <summary>Bytes.</summary>
    public double Value { get; private set; } = path.InitialWindow;

    /// <summary>Losses are being repaired.</summary>
    public bool InRecovery { get; private set; }

    /// <summary>The window is about to become small for a while.</summary>
    /// <param name="isSmallAlready">It is small for another reason: what was saved then counts.</param>
    public void Save(bool isSmallAlready) => _saved = InRecovery || isSmallAlready ? Math.Max(_saved, Value) : Value;

    /// <summary>The while is over.</summary>
    public void Restore() => Value = Math.Max(Value, _saved);

    /// <summary>Follows a recovery to its end.</summary>
    public void OnSample(in DeliverySample sample)
    {
        if (InRecovery && !sample.InRecovery)
            Restore();
        InRecovery = sample.InRecovery;
    }

    /// <summary>Nothing is known any more: begins with one packet.</summary>
    public void Collapse()
    {
        InRecovery = true;
        Value = packetSize;
    }

    /// <summary>Lets what was acknowledged enlarge the window, as far as the model of the path goes.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="state">Where the cycle stands.</param>
    /// <param name="hasFilledPipe">The start is over: the rate of the path is known.</param>
    public void Update(in DeliverySample sample, BbrState state, bool hasFilledPipe)
    {
        double most = state == BbrState.Up
            ? path.Inflight(BbrParameters.UpWindowGain) + (2 * packetSize)
            : path.Inflight(BbrParameters.WindowGain);
        most += path.Aggregation.Extra + (path.Bandwidth * BbrParameters.TimerSlack.TotalSeconds);
        if (hasFilledPipe)
            Value = Math.Min(Value + sample.Acknowledged, most);
        else if (Value < most || sample.Delivered < path.InitialWindow)
            Value += sample.Acknowledged;

        double bound = state switch
        {
            BbrState.ProbeRtt => Math.Min(path.Ceiling.WithHeadroom, path.RttProbeWindow),
            BbrState.Cruise => path.Ceiling.WithHeadroom,
            BbrState.Startup or BbrState.Drain => double.PositiveInfinity,
            _ => path.Ceiling.Value,
        };
        bound = Math.Min(Math.Min(bound, path.ShortTerm.Flight), maxWindow);
        Value = Math.Max(Math.Min(Value, bound), path.MinWindow);
    }
}

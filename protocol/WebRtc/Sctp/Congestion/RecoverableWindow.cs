namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>The congestion window, and what it was before a recovery or a drain made it small (draft-ietf-ccwg-bbr, section 5.6.4.4).</summary>
internal sealed class RecoverableWindow(double initial)
{
    private double _saved;

    /// <summary>Bytes.</summary>
    public double Value { get; set; } = initial;

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
    public void Collapse(int packetSize)
    {
        InRecovery = true;
        Value = packetSize;
    }
}

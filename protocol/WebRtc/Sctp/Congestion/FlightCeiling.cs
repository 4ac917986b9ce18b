namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// The volume in flight at which the path was seen to lose too much (draft-ietf-ccwg-bbr, section 5.5.10.2:
/// inflight_longterm). Infinite until then; raised by probes, slowly at first and twice as fast each round.
/// </summary>
internal sealed class FlightCeiling(int packetSize)
{
    private const int MaxDoublings = 30;
    private int _probeRounds;
    private double _acknowledged;
    private double _acknowledgedPerStep = double.PositiveInfinity;

    /// <summary>Bytes.</summary>
    public double Value { get; private set; } = double.PositiveInfinity;

    /// <summary>The ceiling less what is left to others.</summary>
    public double WithHeadroom => double.IsPositiveInfinity(Value)
        ? Value
        : Math.Max(Value - Math.Max(packetSize, BbrParameters.Headroom * Value), BbrParameters.MinPackets * packetSize);

    /// <summary>The path loses too much with so much in flight.</summary>
    public void Lower(double bytes) => Value = Math.Max(bytes, BbrParameters.MinPackets * packetSize);

    /// <summary>The path is not the one that lost too much.</summary>
    public void Forget() => Value = double.PositiveInfinity;

    /// <summary>So much was in flight and did no harm.</summary>
    public void RaiseTo(double bytes)
    {
        if (!double.IsPositiveInfinity(Value) && bytes > Value)
            Value = bytes;
    }

    /// <summary>A probe is about to begin.</summary>
    public void BeginProbe()
    {
        _probeRounds = 0;
        _acknowledged = 0;
    }

    /// <summary>A round of the probe begins.</summary>
    public void Steepen(double window)
    {
        double steps = 1 << _probeRounds;
        _probeRounds = Math.Min(_probeRounds + 1, MaxDoublings);
        _acknowledgedPerStep = Math.Max(window / steps, packetSize);
    }

    /// <summary>The window is at the ceiling and nothing bad happens.</summary>
    public void Climb(int acknowledged)
    {
        _acknowledged += acknowledged;
        double steps = Math.Floor(_acknowledged / _acknowledgedPerStep);
        _acknowledged -= steps * _acknowledgedPerStep;
        Value += steps * packetSize;
    }
}

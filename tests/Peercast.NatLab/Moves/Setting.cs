namespace Peercast.NatLab.Moves;

/// <summary>Where a move happens.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Nat">What is between each way of the mover and the network, and before its neighbor; none: one router that has both.</param>
/// <param name="MoverOffers">Who made the first offer, and so controls ICE.</param>
/// <param name="Signals">Whether signaling goes on after the move.</param>
internal sealed record Setting(string Name, Nat Nat, bool MoverOffers, bool Signals)
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("no NAT", Nat.None, MoverOffers: true, Signals: true),
        new("no NAT, no signaling", Nat.None, MoverOffers: true, Signals: false),
        new("no NAT, no signaling, the neighbor controls", Nat.None, MoverOffers: false, Signals: false),
        new("both behind port-restricted NATs", Nat.PortRestricted, MoverOffers: false, Signals: true),
    ];
}

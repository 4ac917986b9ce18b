namespace Peercast.NatLab.Moves;

/// <summary>What happens to the ways of a machine while it talks to a neighbor.</summary>
/// <param name="Name">For the table.</param>
/// <param name="CableAtFirst">Whether both ways are up from the beginning.</param>
/// <param name="WithinSeconds">How long the channels may be silent at most.</param>
/// <param name="RunAsync">Has it happen; of the ways, the first is the one in use.</param>
internal sealed record Move(string Name, bool CableAtFirst, double WithinSeconds, Func<Uplink, Uplink, Task> RunAsync)
{
    /// <summary>On a busy machine; on an idle one it is half of this.</summary>
    private const double Usual = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.5);

    public static IReadOnlyList<Move> All { get; } =
    [
        new("Wi-Fi goes as the cable comes", false, Usual, (wifi, cable) => Now(() => wifi.Ip([.. wifi.Down, .. cable.Up]))),
        new("Wi-Fi goes, the cable comes 1.5 s later", false, Usual + Pause.TotalSeconds, async (wifi, cable) =>
        {
            wifi.Ip(wifi.Down);
            await Task.Delay(Pause);
            cable.Ip(cable.Up);
        }),
        new("the one in use goes down, the other was there", true, Usual, (used, _) => Now(() => used.Ip(used.Down))),
        new("the one in use loses its address", true, Usual, (used, _) => Now(() => used.Ip(used.Withdraw))),
        new("the one in use is unplugged and keeps its address", true, Usual, (used, _) => Now(used.Unplug)),
        new("the one in use dies silently", true, Usual, (used, _) => Now(used.Cut)),
        new("the only one gets another address", false, Usual, (wifi, _) => Now(() => wifi.Ip([wifi.Withdraw, .. wifi.Address(3)]))),
    ];

    private static Task Now(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}

namespace Peercast.NatLab;

/// <summary>
/// One of several ways from a machine to the network, which comes and goes. The machine sends from an address on the interface that has it, as Windows
/// does by itself: a Linux with routes by destination alone has one way only, whatever its addresses.
/// </summary>
/// <param name="Router">What it leads to.</param>
/// <param name="RoutersDevice">The router's interface.</param>
/// <param name="Machine">Whose it is.</param>
/// <param name="Device">Its interface.</param>
/// <param name="Network">The first three octets of its addresses; the router is the first of them.</param>
internal sealed record Uplink(NetworkNamespace Router, string RoutersDevice, NetworkNamespace Machine, string Device, string Network)
{
    private int Table => 100 + int.Parse(Network[(Network.LastIndexOf('.') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Commands that bring it up, with an address.</summary>
    public string[] Up => [$"link set {Device} up", .. Address(2)];

    /// <summary>Commands that take it down, addresses and routes with it.</summary>
    public string[] Down => [$"link set {Device} down", $"addr flush dev {Device}"];

    /// <summary>Takes the address away, the interface stays.</summary>
    public string Withdraw => $"addr del {Network}.2/24 dev {Device}";

    /// <summary>Gives the interface an address and what follows from it.</summary>
    /// <param name="host">The last octet.</param>
    public string[] Address(int host) =>
    [
        $"addr add {Network}.{host}/24 dev {Device}",
        $"route add default via {Network}.1 dev {Device} metric {Table}",
        $"route add default via {Network}.1 dev {Device} table {Table}",
        $"rule add from {Network}.{host} lookup {Table}",
    ];

    /// <summary>Runs commands of <c>ip</c> on the machine.</summary>
    public void Ip(params string[] commands) => Tool.Run(string.Join('\n', commands), "ip", "-n", Machine.Name, "-batch", "-");

    /// <summary>Pulls the plug: the address stays, the carrier goes.</summary>
    public void Unplug() => Tool.Run("", "ip", "-n", Router.Name, "link", "set", RoutersDevice, "down");

    /// <summary>Has the router drop all that comes from here or is to go here. Nothing tells the machine.</summary>
    public void Cut() => Tool.Run(
        $$"""
        table ip cut {
          chain passing {
            type filter hook forward priority 10; policy accept;
            iifname "{{RoutersDevice}}" drop
            oifname "{{RoutersDevice}}" drop
          }
        }

        """,
        "ip", "netns", "exec", Router.Name, "nft", "-f", "-");

    /// <summary>Bytes that the machine has sent here.</summary>
    public long SentBytes() => Machine.Run(() =>
    {
        string line = File.ReadLines("/proc/thread-self/net/dev").Single(line => line.TrimStart().StartsWith($"{Device}:", StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[8], System.Globalization.CultureInfo.InvariantCulture);
    });
}

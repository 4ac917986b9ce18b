using System.Text;

namespace Peercast.NatLab;

/// <summary>
/// A small internet of network namespaces: one network of public addresses with a STUN server on it, and routers and peers around. All of it ends with this
/// process, because the names of the namespaces are known in its own mount namespace only.
/// </summary>
internal sealed class Lab
{
    /// <summary>Where the STUN server is.</summary>
    public const string Server = $"{Public}.1";

    // None of those for documentation: miniupnpd maps nothing where it takes the outer address for a private one.
    private const string Public = "25.0.0";

    private readonly List<NetworkNamespace> _machines = [];
    private readonly StringBuilder _links = new();
    private readonly List<Action> _daemons = [];
    private int _lastPublic = 10;
    private int _lastPrivate;
    private int _lastLink;

    public Lab()
    {
        Internet = Add("internet");
        Internet.Ip("link add hub type bridge");
        Internet.Ip("link set hub up");
        Internet.Ip($"addr add {Server}/24 dev hub");
    }

    /// <summary>Where the STUN server is to run.</summary>
    public NetworkNamespace Internet { get; }

    /// <summary>Adds a machine that is nowhere yet.</summary>
    public NetworkNamespace Add(string name)
    {
        var machine = new NetworkNamespace(name);
        machine.Ip("link set lo up");
        _machines.Add(machine);
        return machine;
    }

    /// <summary>Adds a peer behind a NAT.</summary>
    public NetworkNamespace AddPeer(string name, Nat nat)
    {
        NetworkNamespace peer = Add(name);
        switch (nat)
        {
            case Nat.None:
                Publish(peer, "eth0");
                break;
            case Nat.Double:
                NetworkNamespace provider = Add($"{name}-provider"), home = Add($"{name}-home");
                provider.Forwards = home.Forwards = true;
                Publish(provider, "wan");
                provider.Rules = NatRules.Of(Nat.PortRestricted, Connect(provider, "lan", home, "wan"));
                home.Rules = NatRules.Of(Nat.PortRestricted, Connect(home, "lan", peer, "eth0"));
                break;
            default:
                NetworkNamespace router = Add($"{name}-router");
                router.Forwards = true;
                string outer = Publish(router, "wan");
                router.Rules = NatRules.Of(nat, Connect(router, "lan", peer, "eth0"));
                if (nat == Nat.SymmetricThatMaps)
                {
                    _daemons.Add(() => PortMapDaemon.Start(router, outer));
                }

                break;
        }

        return peer;
    }

    /// <summary>Adds two peers behind one router that cannot reach each other but through its outer address.</summary>
    public (NetworkNamespace One, NetworkNamespace Other) AddHairpin(string name, bool hairpins, int port)
    {
        NetworkNamespace router = Add($"{name}-router");
        router.Forwards = true;
        string outer = Publish(router, "wan");
        NetworkNamespace one = Add($"{name}-one"), other = Add($"{name}-other");
        router.Rules = NatRules.TwoNetworks(
            hairpins, outer, (Connect(router, "lan1", one, "eth0"), port), (Connect(router, "lan2", other, "eth0"), port + 1));
        return (one, other);
    }

    /// <summary>Gives a machine a public address.</summary>
    /// <returns>The address.</returns>
    public string Publish(NetworkNamespace machine, string device)
    {
        string address = $"{Public}.{_lastPublic++}", port = $"p{_lastLink++}";
        _links.AppendLine($"link add {device} netns {machine.Name} type veth peer name {port} netns {Internet.Name}");
        Internet.Ip($"link set {port} master hub up");
        machine.Ip($"addr add {address}/24 dev {device}");
        machine.Ip($"link set {device} up");
        return address;
    }

    /// <summary>Builds all that was added.</summary>
    public void Build()
    {
        Tool.Run(string.Concat(_machines.Select(machine => $"netns add {machine.Name}\n")) + _links, "ip", "-batch", "-");
        foreach (NetworkNamespace machine in _machines)
        {
            Tool.Run(string.Join('\n', machine.Commands), "ip", "-n", machine.Name, "-batch", "-");
            if (machine.Rules.Length > 0)
            {
                Tool.Run(machine.Rules, "ip", "netns", "exec", machine.Name, "nft", "-f", "-");
            }

            if (machine.Forwards)
            {
                machine.Run(() =>
                {
                    File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
                    return true;
                });
            }
        }

        _daemons.ForEach(start => start());
    }

    /// <summary>Joins a router and a machine behind it by a network of their own, which the machine is not on yet.</summary>
    public Uplink AddUplink(NetworkNamespace router, string routersDevice, NetworkNamespace machine, string device)
    {
        var uplink = new Uplink(router, routersDevice, machine, device, $"10.77.{_lastPrivate++}");
        _links.AppendLine($"link add {device} netns {machine.Name} type veth peer name {routersDevice} netns {router.Name}");
        router.Ip($"addr add {uplink.Network}.1/24 dev {routersDevice}");
        router.Ip($"link set {routersDevice} up");
        return uplink;
    }

    /// <summary>Joins a router and a machine behind it by a network of their own.</summary>
    /// <returns>The address of the machine behind.</returns>
    public string Connect(NetworkNamespace router, string routersDevice, NetworkNamespace inner, string innerDevice)
    {
        string network = AddUplink(router, routersDevice, inner, innerDevice).Network;
        inner.Ip($"addr add {network}.2/24 dev {innerDevice}");
        inner.Ip($"link set {innerDevice} up");
        inner.Ip($"route add default via {network}.1");
        return $"{network}.2";
    }
}

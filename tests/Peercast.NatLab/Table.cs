using System.Globalization;
using System.Net;
using Peercast.Protocol.Transport;
using Peercast.WebRtc;
using Peercast.WebRtc.Driver;

namespace Peercast.NatLab;

/// <summary>Which pairs of NATs connect, found out by connecting them all at once.</summary>
internal static class Table
{
    private const int HairpinPort = 40000;

    /// <summary>Longer than any pair that connects needs, even on a busy machine; the others are known by then to do without.</summary>
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(8);

    private static readonly (Nat Nat, string Name)[] Kinds =
    [
        (Nat.None, "none"), (Nat.FullCone, "full cone"), (Nat.Restricted, "restricted"),
        (Nat.PortRestricted, "port-restricted"), (Nat.Double, "double"), (Nat.Symmetric, "symmetric"),
        .. PortMapDaemon.IsInstalled ? [(Nat.SymmetricThatMaps, "symmetric, maps ports")] : Array.Empty<(Nat, string)>(),
    ];

    /// <summary>Whether two kinds are to connect without a relay: what filters by port has to know the port, and a symmetric one shows its own too late.</summary>
    private static bool ShouldConnect(Nat one, Nat other) =>
        !(one == Nat.Symmetric && FiltersByPort(other)) && !(other == Nat.Symmetric && FiltersByPort(one));

    private static bool FiltersByPort(Nat nat) => nat is Nat.PortRestricted or Nat.Double or Nat.Symmetric;

    /// <summary>Builds the lab, runs all pairs and prints what came of them.</summary>
    /// <returns>Whether all is as it should be.</returns>
    public static async Task<bool> RunAsync()
    {
        var lab = new Lab();
        NetworkNamespace[] left = [.. Kinds.Select((kind, i) => lab.AddPeer($"a{i}", kind.Nat))];
        NetworkNamespace[] right = [.. Kinds.Select((kind, i) => lab.AddPeer($"b{i}", kind.Nat))];
        (NetworkNamespace One, NetworkNamespace Other) with = lab.AddHairpin("with", hairpins: true, HairpinPort);
        (NetworkNamespace One, NetworkNamespace Other) without = lab.AddHairpin("without", hairpins: false, HairpinPort);
        lab.Build();
        IPEndPoint server = StunServer.Start(lab.Internet);
        var factories = new List<PeerConnectionFactory>();
        PeerConnectionFactory Create(NetworkNamespace machine, int port = 0)
        {
            var options = new PeerConnectionFactoryOptions { StunServers = [server], Port = port, MapPorts = true };
            factories.Add(machine.Run(() => new PeerConnectionFactory(options, new DriverParts { Network = new LabNetwork().AwaitAddress() })));
            return factories[^1];
        }

        PeerConnectionFactory[] offering = [.. left.Select(machine => Create(machine))];
        PeerConnectionFactory[] answering = [.. right.Select(machine => Create(machine))];
        var runs = new List<Task<TimeSpan?>>();
        Task<TimeSpan?> Begin(IPeerConnectionFactory one, IPeerConnectionFactory other)
        {
            runs.Add(new Attempt(one, other).RunAsync(AtMost));
            return runs[^1];
        }

        Task<TimeSpan?>[][] pairs = [.. offering.Select(one => answering.Select(other => Begin(one, other)).ToArray())];
        Task<TimeSpan?> hairpinned = Begin(Create(with.One, HairpinPort), Create(with.Other, HairpinPort + 1));
        Task<TimeSpan?> refused = Begin(Create(without.One, HairpinPort), Create(without.Other, HairpinPort + 1));
        await Task.WhenAll(runs);
        factories.ForEach(factory => factory.Dispose());

        bool asExpected = true;
        Console.WriteLine($"| | {string.Join(" | ", Kinds.Select(kind => kind.Name))} |");
        Console.WriteLine($"|---|{string.Concat(Kinds.Select(_ => "---|"))}");
        for (int i = 0; i < Kinds.Length; i++)
        {
            string row = $"| {Kinds[i].Name} |";
            for (int j = 0; j < Kinds.Length; j++)
            {
                TimeSpan? took = await pairs[i][j];
                bool asItShould = took is not null == ShouldConnect(Kinds[i].Nat, Kinds[j].Nat);
                asExpected &= asItShould;
                row += $" {Describe(took, asItShould)} |";
            }

            Console.WriteLine(row);
        }

        bool hairpinsRight = await hairpinned is not null, refusedRight = await refused is null;
        Console.WriteLine($"\nTwo peers behind one router, in networks that it keeps apart: {Describe(await hairpinned, hairpinsRight)} where it hairpins, "
            + $"{Describe(await refused, refusedRight)} where it does not.");
        return asExpected && hairpinsRight && refusedRight;
    }

    private static string Describe(TimeSpan? took, bool asExpected) =>
        (took is { } time ? $"{time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms" : "no") + (asExpected ? "" : " **not as expected**");
}

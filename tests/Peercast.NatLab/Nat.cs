namespace Peercast.NatLab;

/// <summary>What stands between a peer and the network, by its mapping and filtering (RFC 4787 sections 4 and 5).</summary>
internal enum Nat
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>One mapping for all destinations; lets everything in ("full cone").</summary>
    FullCone,

    /// <summary>One mapping for all destinations; lets in what comes from an address that was sent to ("restricted cone").</summary>
    Restricted,

    /// <summary>One mapping for all destinations; lets in what comes from an address and port that was sent to ("port-restricted cone").</summary>
    PortRestricted,

    /// <summary>Two port-restricted ones in a row: a home router behind the provider's.</summary>
    Double,

    /// <summary>Another mapping for each destination; filters as the port-restricted one does.</summary>
    Symmetric,

    /// <summary>The same, of a router that maps ports when it is asked to: <c>miniupnpd</c>.</summary>
    SymmetricThatMaps,
}

/// <summary>The rules that make a Linux router one of these.</summary>
internal static class NatRules
{
    /// <summary>Rules of <c>nft</c> for a router with the interfaces <c>wan</c> and <c>lan</c>.</summary>
    /// <param name="nat">The kind.</param>
    /// <param name="inner">The one address behind it.</param>
    public static string Of(Nat nat, string inner) => Frame(
        prerouting: nat switch
        {
            Nat.FullCone => $"iifname \"wan\" meta l4proto udp dnat to {inner}",
            Nat.Restricted => $"iifname \"wan\" meta l4proto udp ip saddr @contacted dnat to {inner}",
            _ => "",
        },
        // Linux keeps the port where it can, and so gives all destinations the same one; a random one for each is the symmetric kind.
        postrouting: nat is Nat.Symmetric or Nat.SymmetricThatMaps ? "oifname \"wan\" masquerade fully-random" : "oifname \"wan\" masquerade",
        forward: nat == Nat.Restricted ? "oifname \"wan\" update @contacted { ip daddr }" : "");

    /// <summary>A router with two networks, whose machines reach each other by its outer address alone ("hairpinning"), or not at all.</summary>
    /// <param name="hairpins">Whether it turns packets round.</param>
    /// <param name="outer">Its address.</param>
    /// <param name="inner">The two addresses behind it, and the port that each of them uses.</param>
    public static string TwoNetworks(bool hairpins, string outer, params (string Address, int Port)[] inner) => Frame(
        prerouting: string.Join('\n', inner.Select(host =>
            $"{(hairpins ? "" : "iifname \"wan\" ")}ip daddr {outer} udp dport {host.Port} dnat to {host.Address}")),
        postrouting: $"oifname \"wan\" masquerade\niifname \"lan*\" oifname \"lan*\" snat to {outer}",
        forward: "iifname \"lan*\" oifname \"lan*\" ct status & dnat != dnat drop");

    private static string Frame(string prerouting, string postrouting, string forward) =>
        $$"""
        table ip lab {
          set contacted {
            type ipv4_addr
            flags dynamic,timeout
            timeout 60s
          }
          chain incoming {
            type nat hook prerouting priority dstnat; policy accept;
            {{prerouting}}
          }
          chain outgoing {
            type nat hook postrouting priority srcnat; policy accept;
            {{postrouting}}
          }
          chain passing {
            type filter hook forward priority filter; policy accept;
            {{forward}}
          }
          chain own {
            # A home router drops what nobody asked for; answered, it would occupy the mapping that the peer behind is about to need.
            type filter hook input priority filter; policy accept;
            iifname "wan" meta l4proto udp drop
          }
        }

        """;
}

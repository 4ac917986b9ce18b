using System.Diagnostics;

namespace Peercast.NatLab;

/// <summary>A router's port mapping: <c>miniupnpd</c>, with PCP, NAT-PMP and UPnP.</summary>
internal static class PortMapDaemon
{
    private const string Program = "/usr/sbin/miniupnpd";

    /// <summary>Whether this machine has it (Debian: miniupnpd-nftables).</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Starts it in a router with the interfaces <c>wan</c> and <c>lan</c>. It ends with the lab.</summary>
    public static void Start(NetworkNamespace router, string external)
    {
        Tool.Run(
            """
            table inet miniupnpd {
              chain forward_upnp { }
              chain prerouting_upnp { }
              chain postrouting_upnp { }
              chain forwards {
                type filter hook forward priority filter; policy accept;
                jump forward_upnp
              }
              chain prerouts {
                type nat hook prerouting priority dstnat - 1; policy accept;
                jump prerouting_upnp
              }
              chain postrouts {
                type nat hook postrouting priority srcnat - 1; policy accept;
                jump postrouting_upnp
              }
            }

            """,
            "ip", "netns", "exec", router.Name, "nft", "-f", "-");
        string settings = $"/run/miniupnpd-{router.Name}.conf";
        File.WriteAllText(
            settings,
            $"""
            ext_ifname=wan
            ext_ip={external}
            listening_ip=lan
            http_port=5000
            enable_natpmp=yes
            enable_upnp=yes
            secure_mode=yes
            uuid=00000000-0000-0000-0000-000000000001
            upnp_table_name=miniupnpd
            upnp_nat_table_name=miniupnpd
            upnp_forward_chain=forward_upnp
            upnp_nat_chain=prerouting_upnp
            upnp_nat_postrouting_chain=postrouting_upnp
            allow 1024-65535 10.0.0.0/8 1024-65535
            deny 0-65535 0.0.0.0/0 0-65535

            """);
        var start = new ProcessStartInfo("ip", ["netns", "exec", router.Name, Program, "-d", "-f", settings, "-P", $"/run/miniupnpd-{router.Name}.pid"])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        Process daemon = Process.Start(start)!;
        _ = daemon.StandardError.BaseStream.CopyToAsync(Stream.Null);
        _ = daemon.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }
}

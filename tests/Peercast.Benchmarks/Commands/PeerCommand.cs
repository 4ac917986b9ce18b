using System.CommandLine;
using System.Net;
using Peercast.Benchmarks.Peer;
using Peercast.WebRtc;

namespace Peercast.Benchmarks.Commands;

/// <summary><c>peer</c>: one end of measured connections; the other commands start it.</summary>
internal static class PeerCommand
{
    public static Command Create()
    {
        var address = new Option<string?>("--address") { Description = "The one address to bind; all without it." };
        var plain = new Option<bool>("--plain") { Description = "One call for each datagram, as on systems without segment offload." };
        var each = new Option<bool>("--factory-each") { Description = "Every connection has sockets of its own." };
        var control = new Option<CongestionControl>("--congestion") { Description = "How it sends.", DefaultValueFactory = _ => default };
        var command = new Command("peer", "One end of measured connections, driven by lines of JSON.") { address, plain, each, control };
        command.Hidden = true;
        command.SetAction(async (arguments, _) =>
        {
            IPAddress? bind = arguments.GetValue(address) is { } text ? IPAddress.Parse(text) : null;
            bool useSegmentOffload = !arguments.GetValue(plain);
            CongestionControl congestion = arguments.GetValue(control);
            using var program = new PeerProgram(
                () => PeerProgram.NewFactory(bind, useSegmentOffload, congestion), arguments.GetValue(each), Console.In, Console.Out);
            await program.RunAsync();
            return 0;
        });
        return command;
    }
}

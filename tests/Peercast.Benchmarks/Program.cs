using System.CommandLine;
using Peercast.Benchmarks.Commands;

var root = new RootCommand("Measures data channels: ours, and those of others in the same run.")
{
    TransportCommand.Create(), PeerCommand.Create(),
};
return await root.Parse(args).InvokeAsync();

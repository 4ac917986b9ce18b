using System.CommandLine;
using Peercast.Benchmarks.Commands;

var root = new RootCommand("Measures data channels: ours, and those of others in the same run.")
{
    TransportCommand.Create(), IdleCommand.Create(), FairnessCommand.Create(), PeerCommand.Create(),
};
foreach (Command end in FairnessCommand.TcpEnds())
{
    root.Add(end);
}

return await root.Parse(args).InvokeAsync();

using System.CommandLine;
using Peercast.Simulation.Commands;

var root = new RootCommand("Runs the production swarm engine with virtual viewers over virtual links.") 
{
    RunCommand.Create(), SuiteCommand.Create(), CompareCommand.Create(), LabCommand.Create(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);

using System.CommandLine;
using Peercast.Fuzz;

return await FuzzCommand.Create().Parse(args).InvokeAsync();

using System.Diagnostics;
using System.Net;
using Peercast.NatLab;
using Peercast.NatLab.Moves;

const string Inside = "inside", Moves = "move";
if (args is [Mover.Command, string role, string server])
{
    Mover.Run(role == "offers", IPEndPoint.Parse(server));
    return 0;
}

if (args is not ([] or [Moves] or [Inside] or [Inside, Moves]))
{
    Console.Error.WriteLine(
        """
        Connects peers in network namespaces of its own.
          (no argument)  through every pair of NATs; prints which pairs connect
          move           has one of two neighbors move to another network; prints for how long they did not hear each other
        """);
    return 2;
}

if (args is not [Inside, ..])
{
    // Namespaces of its own for the network and for the names of networks: what happens here concerns nobody else and leaves nothing behind.
    string[] rights = Environment.IsPrivilegedProcess ? [] : ["--user", "--map-root-user"];
    var start = new ProcessStartInfo("unshare", [.. rights, "--net", "--mount-proc", "--pid", "--fork", "--kill-child", "--", .. Tool.Self, Inside, .. args]);
    using Process process = Process.Start(start)!;
    await process.WaitForExitAsync();
    return process.ExitCode;
}

try
{
    Tool.Run("", "mount", "-t", "tmpfs", "tmpfs", "/run");
    return await (args is [Inside, Moves] ? MoveTable.RunAsync() : Table.RunAsync()) ? 0 : 1;
}
catch (LabException e)
{
    Console.Error.WriteLine($"{e.Message}\nThe lab needs root, or a system that lets users make namespaces (sysctl kernel.unprivileged_userns_clone=1).");
    return 3;
}

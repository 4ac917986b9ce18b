using System.Diagnostics;
using Peercast.NatLab;

const string Inside = "inside";
if (args is not [] and not [Inside])
{
    Console.Error.WriteLine("Connects peers through every pair of NATs, in network namespaces of its own, and prints which pairs connect. Takes no arguments.");
    return 2;
}

if (args is [])
{
    // Namespaces of its own for the network and for the names of networks: what happens here concerns nobody else and leaves nothing behind.
    string[] rights = Environment.IsPrivilegedProcess ? [] : ["--user", "--map-root-user"];
    var start = new ProcessStartInfo("unshare", [.. rights, "--net", "--mount-proc", "--pid", "--fork", "--kill-child", "--", Environment.ProcessPath!, .. Host(), Inside]);
    using Process process = Process.Start(start)!;
    await process.WaitForExitAsync();
    return process.ExitCode;
}

try
{
    Tool.Run("", "mount", "-t", "tmpfs", "tmpfs", "/run");
    return await Table.RunAsync() ? 0 : 1;
}
catch (LabException e)
{
    Console.Error.WriteLine($"{e.Message}\nThe lab needs root, or a system that lets users make namespaces (sysctl kernel.unprivileged_userns_clone=1).");
    return 3;
}

// Started by "dotnet file.dll", the process is the host and wants the file again.
static string[] Host() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Tool).Assembly.Location] : [];

using System.Diagnostics;
using System.Globalization;

namespace Peercast.EndToEnd.Tests;

/// <summary>The processes that this one has started.</summary>
internal static class ChildProcesses
{
    /// <summary>Ids of the children of this name.</summary>
    public static IReadOnlySet<int> Named(string name)
    {
        var found = new HashSet<int>();
        foreach (Process process in Process.GetProcessesByName(name))
        {
            using (process)
            {
                if (ParentOf(process.Id) == Environment.ProcessId)
                {
                    found.Add(process.Id);
                }
            }
        }

        return found;
    }

    private static int? ParentOf(int id)
    {
        try
        {
            // proc(5): the name stands in parentheses and may hold anything; state and parent follow it.
            string status = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }
}

using System.Globalization;

namespace Peercast.Benchmarks.Ends;

/// <summary>What a process and its children have used, from the Linux <c>/proc</c> file system.</summary>
internal static class ProcessTree
{
    // Fields of /proc/PID/stat counted after the command in parentheses (proc_pid_stat(5)), and their unit.
    private const int ParentField = 1;
    private const int UserTimeField = 11;
    private const int SystemTimeField = 12;
    private const double TicksPerSecond = 100;

    /// <summary>Processor seconds of the trees of these processes.</summary>
    public static double CpuSeconds(params ReadOnlySpan<int> roots)
    {
        var processes = new Dictionary<int, (int Parent, double Seconds)>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) && TryRead(folder, out (int, double) usage))
            {
                processes[id] = usage;
            }
        }

        var wanted = new HashSet<int>();
        foreach (int root in roots)
        {
            wanted.Add(root);
        }

        return processes.Where(process => IsIn(process.Key)).Sum(process => process.Value.Seconds);

        bool IsIn(int id)
        {
            for (int steps = 0; steps < 64 && id > 0; steps++)
            {
                if (wanted.Contains(id))
                {
                    return true;
                }

                id = processes.TryGetValue(id, out var process) ? process.Parent : 0;
            }

            return false;
        }
    }

    /// <summary>Bytes in memory of one process, and how many threads it has.</summary>
    public static (long Resident, int Threads) Size(int process)
    {
        string[] status = File.ReadAllLines($"/proc/{process}/status");
        return (Field("VmRSS:") * 1024L, Field("Threads:"));

        int Field(string name) => Number(status.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim());
    }

    private static bool TryRead(string folder, out (int Parent, double Seconds) usage)
    {
        usage = default;
        try
        {
            string text = File.ReadAllText(Path.Combine(folder, "stat"));
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            usage = (Number(fields[ParentField]), (Number(fields[UserTimeField]) + Number(fields[SystemTimeField])) / TicksPerSecond);
            return true;
        }
        catch (IOException)
        {
            // It has just ended.
            return false;
        }
    }

    private static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace Peercast.EndToEnd.Tests;

/// <summary>
/// What the machine keeps from a program by doing something else: a claim about speed holds for the rest of the time, so that it is
/// strict on an idle machine and none on one that has no time for the program.
/// </summary>
internal static class KeptFrom
{
    private const double TicksPerSecond = 100;

    /// <summary>
    /// How long its threads were ready to run and did not, added up, and how long the machine's own processors were taken away; of all
    /// its life and of the machine's: two readings are to be compared.
    /// </summary>
    /// <param name="process">Its id.</param>
    public static TimeSpan Read(int process)
    {
        double waited = 0;
        foreach (string thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            try
            {
                // Documentation/scheduler/sched-stats: nanoseconds on a processor, nanoseconds waiting for one, time slices.
                waited += double.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[1], CultureInfo.InvariantCulture) / 1e9;
            }
            catch (IOException)
            {
                // The thread has ended meanwhile.
            }
        }

        // proc_stat(5): "cpu", then user, nice, system, idle, iowait, irq, softirq and steal, over all processors.
        string[] machine = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return TimeSpan.FromSeconds(waited + (double.Parse(machine[8], CultureInfo.InvariantCulture) / TicksPerSecond));
    }
}

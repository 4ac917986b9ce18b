using System.Diagnostics;

namespace Peercast.NatLab;

/// <summary>Runs the system's network tools.</summary>
internal static class Tool
{
    /// <summary>The command that starts this program. Started by "dotnet file.dll", the process is the host and wants the file again.</summary>
    public static string[] Self =>
        [Environment.ProcessPath!, .. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Tool).Assembly.Location] : Array.Empty<string>()];

    /// <summary>Runs a tool to its end.</summary>
    /// <param name="input">What it reads.</param>
    /// <param name="command">The tool and its arguments.</param>
    /// <exception cref="LabException">It is not installed, or it failed.</exception>
    public static void Run(string input, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new LabException($"\"{string.Join(' ', command)}\" failed: {errors.Trim()}\n{input}");
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LabException($"\"{command[0]}\" is needed (Debian packages iproute2, nftables, util-linux): {e.Message}", e);
        }
    }
}

/// <summary>The lab cannot be built on this machine; the message says why.</summary>
internal sealed class LabException(string message, Exception? inner = null) : Exception(message, inner);

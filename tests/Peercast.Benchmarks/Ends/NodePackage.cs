using System.Diagnostics;

namespace Peercast.Benchmarks.Ends;

/// <summary>
/// Another stack from npm, for comparison only: installed on first use into a cache folder outside of the repository, and
/// passed over, with the reason, where that does not work.
/// </summary>
/// <param name="Name">The package.</param>
/// <param name="Version">The version that is compared with.</param>
/// <param name="Script">The scripts that make it an end.</param>
internal sealed record NodePackage(string Name, string Version, params IReadOnlyList<string> Script)
{
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(3);

    /// <summary>libdatachannel.</summary>
    public static NodePackage DataChannel { get; } =
        new("node-datachannel", "0.33.4", "pattern.js", "node-datachannel.js", "lines.js");

    /// <summary>libwebrtc, the code that Chromium is built from, without the browser.</summary>
    public static NodePackage Wrtc { get; } =
        new("@roamhq/wrtc", "0.10.0", "roamhq-wrtc.js", "pattern.js", "w3c.js", "lines.js");

    private string Folder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
        "peercast-benchmarks",
        Name.Replace('/', '-').TrimStart('@'));

    /// <summary>Installs it unless it is there.</summary>
    /// <returns>Why it cannot be used; <see langword="null"/> when it can.</returns>
    public async Task<string?> InstallAsync()
    {
        if (Directory.Exists(Path.Combine(Folder, "node_modules", Name)))
        {
            return null;
        }

        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, "package.json"), "{ \"private\": true }");
        var start = new ProcessStartInfo("npm") { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["install", "--no-audit", "--no-fund", "--save-exact", $"{Name}@{Version}"])
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process npm = Process.Start(start)!;
            Task<string> errors = npm.StandardError.ReadToEndAsync();
            Task<string> output = npm.StandardOutput.ReadToEndAsync();
            await npm.WaitForExitAsync().WaitAsync(InstallTimeout);
            await output;
            return npm.ExitCode == 0 ? null : $"npm could not install it: {LastLine(await errors)}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "there is no npm";
        }
        catch (TimeoutException)
        {
            return "npm did not come to an end";
        }
    }

    /// <summary>Starts an end.</summary>
    public ProcessEnd Start()
    {
        string script = Path.Combine(Folder, "peer.js");
        File.WriteAllText(script, Scripts.Join(Script));
        return new ProcessEnd(new ProcessStartInfo("node", [script]) { WorkingDirectory = Folder });
    }

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? "no reason given";
}

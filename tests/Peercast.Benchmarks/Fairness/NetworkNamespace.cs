using System.Diagnostics;

namespace Peercast.Benchmarks.Fairness;

/// <summary>A network of its own, with one interface that leads to the router.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private readonly string _name;

    /// <summary>Makes it, and takes an interface of this one into it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="device">The interface.</param>
    /// <param name="address">The address there.</param>
    /// <exception cref="InvalidOperationException">The system refuses; only root may.</exception>
    public NetworkNamespace(string name, string device, string address)
    {
        _name = name;
        Run("netns", "add", name);
        Run("link", "set", device, "netns", name);
        Run("-n", name, "address", "add", $"{address}/32", "dev", device);
        Run("-n", name, "link", "set", "lo", "up");
        Run("-n", name, "link", "set", device, "up");
        Run("-n", name, "route", "add", "default", "dev", device);
    }

    /// <summary>A program that runs in it.</summary>
    public ProcessStartInfo Command(IEnumerable<string> program) => new("ip", ["netns", "exec", _name, .. program]);

    public void Dispose() => Run("netns", "delete", _name);

    private static void Run(params string[] arguments)
    {
        using Process ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string errors = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        if (ip.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {errors.Trim()}");
        }
    }
}

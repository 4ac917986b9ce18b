using System.Diagnostics;

namespace Peercast.Benchmarks.Ends;

/// <summary>Keeps every end that has been started, so that rounds meet warm processes, and ends them all.</summary>
internal sealed class EndPool : IAsyncDisposable
{
    private readonly Dictionary<string, PeerEnd> _ends = new(StringComparer.Ordinal);
    private ChromiumBrowser? _browser;

    /// <summary>Our own stack in a process of its own.</summary>
    /// <param name="name">Which of several.</param>
    /// <param name="arguments">Of the command <c>peer</c>.</param>
    public Task<PeerEnd> OursAsync(string name, params string[] arguments) => GetAsync(name, () => Task.FromResult<PeerEnd>(StartOurs(arguments)));

    /// <summary>A page of the one browser.</summary>
    public Task<PeerEnd> ChromiumAsync(string name) => GetAsync(name, async () =>
    {
        _browser ??= await ChromiumBrowser.StartAsync();
        return await _browser.OpenAsync();
    });

    /// <summary>A library from npm.</summary>
    public Task<PeerEnd> NodeAsync(string name, NodePackage package) => GetAsync(name, () => Task.FromResult<PeerEnd>(package.Start()));

    /// <summary>This program again, as an end.</summary>
    public static ProcessEnd StartOurs(IEnumerable<string> arguments)
    {
        string[] command = [.. OwnCommand(["peer", .. arguments])];
        return new(new ProcessStartInfo(command[0], command[1..]));
    }

    /// <summary>How this program starts itself: by its own name, or by <c>dotnet</c> and the name of its assembly.</summary>
    public static IEnumerable<string> OwnCommand(IEnumerable<string> arguments) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, typeof(EndPool).Assembly.Location, .. arguments]
            : [Environment.ProcessPath!, .. arguments];

    public async ValueTask DisposeAsync()
    {
        foreach (PeerEnd end in _ends.Values)
        {
            await end.DisposeAsync();
        }

        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
    }

    private async Task<PeerEnd> GetAsync(string name, Func<Task<PeerEnd>> start)
    {
        if (!_ends.TryGetValue(name, out PeerEnd? end))
        {
            _ends.Add(name, end = await start());
        }

        return end;
    }
}

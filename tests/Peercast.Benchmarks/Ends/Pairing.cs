namespace Peercast.Benchmarks.Ends;

/// <summary>Two ends that are measured together; the first one offers and sends.</summary>
/// <param name="Name">On the command line and in tables.</param>
/// <param name="Sender">Starts or finds the end that sends.</param>
/// <param name="Receiver">The other one.</param>
/// <param name="Unavailable">Says why it cannot be measured here; <see langword="null"/> when it can.</param>
internal sealed record Pairing(
    string Name, Func<EndPool, Task<PeerEnd>> Sender, Func<EndPool, Task<PeerEnd>> Receiver, Func<Task<string?>> Unavailable)
{
    public const string LibDataChannel = "libdatachannel";
    public const string Chromium = "chromium";

    /// <summary>All that have a name, ours first.</summary>
    public static IReadOnlyList<Pairing> All { get; } =
    [
        new("ours", p => p.OursAsync("ours 1"), p => p.OursAsync("ours 2"), Always),
        new("ours, plain sockets", p => p.OursAsync("plain 1", "--plain"), p => p.OursAsync("plain 2", "--plain"), Always),
        new("ours>chromium", p => p.OursAsync("ours 1"), p => p.ChromiumAsync("page 2"), WithChromium),
        new("chromium>ours", p => p.ChromiumAsync("page 1"), p => p.OursAsync("ours 2"), WithChromium),
        new(Chromium, p => p.ChromiumAsync("page 1"), p => p.ChromiumAsync("page 2"), WithChromium),
        OfPackage(LibDataChannel, NodePackage.DataChannel),
        OfPackage("libwebrtc", NodePackage.Wrtc),
    ];

    private static Pairing OfPackage(string name, NodePackage package) =>
        new(name, p => p.NodeAsync($"{name} 1", package), p => p.NodeAsync($"{name} 2", package), package.InstallAsync);

    private static Task<string?> Always() => Task.FromResult<string?>(null);

    private static Task<string?> WithChromium() => Task.FromResult(ChromiumBrowser.Program is null ? "there is no Chromium" : null);
}

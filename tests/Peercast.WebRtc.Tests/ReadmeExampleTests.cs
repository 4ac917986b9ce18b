using System.Text;
using System.Text.RegularExpressions;
using Peercast.Protocol.Transport;

namespace Peercast.WebRtc.Tests;

/// <summary>The example in protocol/WebRtc/README.md: it runs, and it is what stands there.</summary>
public sealed partial class ReadmeExampleTests
{
    private const string Readme = "protocol/WebRtc/README.md";
    private const string ThisFile = "tests/Peercast.WebRtc.Tests/ReadmeExampleTests.cs";

    [Fact]
    public async Task Example_OfTheReadme_CarriesItsMessage()
    {
        Assert.Equal("Hello, Bob", await RunAsync());
    }

    [Fact]
    public void Example_OfTheReadme_IsTheOneThatRunsHere()
    {
        string shown = Fence().Match(Read(Readme)).Groups[1].Value;
        string run = Region().Match(Read(ThisFile)).Groups[1].Value;

        Assert.NotEmpty(run);
        Assert.Equal(Indentation().Replace(run, ""), shown);
    }

    private static async Task<string> RunAsync()
    {
        // <example>
        using var here = new PeerConnectionFactory(new PeerConnectionFactoryOptions { IncludeLoopback = true });
        using var there = new PeerConnectionFactory(new PeerConnectionFactoryOptions { IncludeLoopback = true });
        IPeerConnection alice = here.CreatePeerConnection(), bob = there.CreatePeerConnection();

        // Signaling: candidates, offer and answer go from one to the other by any means, here by a call.
        alice.IceCandidateGathered += candidate => bob.AddIceCandidate(candidate ?? new IceCandidate("", "0"));
        bob.IceCandidateGathered += candidate => alice.AddIceCandidate(candidate ?? new IceCandidate("", "0"));

        var received = new TaskCompletionSource<string>();
        bob.DataChannelReceived += channel =>
            channel.MessageReceived += (message, isText) => received.TrySetResult(Encoding.UTF8.GetString(message));
        IDataChannel greetings = alice.CreateDataChannel("greetings", new DataChannelOptions { Ordered = false });
        greetings.Opened += () => greetings.TrySend("Hello, Bob"u8);

        SessionDescription? answer = bob.TryAcceptOffer(alice.CreateOffer(), out string? error);
        if (answer is null || !alice.TryAcceptAnswer(answer, out error))
            throw new InvalidOperationException(error);

        string text = await received.Task.WaitAsync(TimeSpan.FromSeconds(30));
        // </example>
        return text;
    }

    private static string Read(string path)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Peercast.sln")))
            folder = folder.Parent;
        Assert.True(folder is not null, "The tests do not stand in the repository.");
        return File.ReadAllText(Path.Combine(folder.FullName, path));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("// <example>\n(.*?) *// </example>\n", RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex("^        ", RegexOptions.Multiline)]
    private static partial Regex Indentation();
}

using Peercast.Protocol.Transport;
using Peercast.WebRtc.Tests.Driver;

namespace Peercast.WebRtc.Tests.Interop;

/// <summary>Browsers as they are where nobody has told them otherwise: what they call their addresses is known to multicast DNS alone.</summary>
public sealed class LocalNameTests : IDisposable
{
    private readonly PeerConnectionFactory _factory = new(new PeerConnectionFactoryOptions { IncludeLoopback = true });

    public void Dispose() => _factory.Dispose();

    [Fact]
    public Task Connect_ChromiumGivesNames_WeFindIt() => FindByNameAsync(new Chromium { HidesAddresses = true });

    [Fact]
    public Task Connect_FirefoxGivesNames_WeFindIt() => FindByNameAsync(new Firefox { HidesAddresses = true });

    private async Task FindByNameAsync(Browser browser)
    {
        try
        {
            await browser.InitializeAsync();
            var peer = new Peer(_factory.CreatePeerConnection());
            string offer = await browser.CallAsync("makeOffer", "peer", "data", true);
            string[] candidates = [.. offer.Split("\r\n").Where(IsCandidate)];
            Assert.NotEmpty(candidates);
            Assert.All(candidates, line => Assert.Contains(".local ", line, StringComparison.Ordinal));

            SessionDescription? answer = peer.Connection.TryAcceptOffer(new SessionDescription("offer", offer), out string? error);
            Assert.True(answer is not null, error);

            // It is not told where we are, and so cannot come to us: the way goes through the name.
            string withoutCandidates = string.Join("\r\n", answer.Sdp.Split("\r\n").Where(line => !IsCandidate(line)));
            await browser.CallAsync("takeAnswer", "peer", withoutCandidates);
            Assert.Equal("open", await browser.CallAsync("opened", "peer", "data"));
            peer.WaitFor(PeerConnectionState.Connected);
        }
        finally
        {
            await browser.DisposeAsync();
        }
    }

    private static bool IsCandidate(string line) => line.StartsWith("a=candidate:", StringComparison.Ordinal);
}

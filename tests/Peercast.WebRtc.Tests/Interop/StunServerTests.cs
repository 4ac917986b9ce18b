using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.Stun;
using Peercast.WebRtc.Tests.Driver;

namespace Peercast.WebRtc.Tests.Interop;

/// <summary>A STUN server on a real socket, as the origin runs one.</summary>
public sealed class StunServerTests : IDisposable
{
    private static readonly IPEndPoint Outside = new(IPAddress.Parse("198.51.100.7"), 40000);

    private readonly UdpClient _server = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Cancel();
        _server.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public void CreateOffer_WithAStunServer_TricklesTheOutsideAddressAndThenTheEnd()
    {
        Task serving = ServeAsync();
        using var factory = new PeerConnectionFactory(new PeerConnectionFactoryOptions
        {
            BindAddresses = [IPAddress.Loopback],
            StunServers = [(IPEndPoint)_server.Client.LocalEndPoint!],
        });
        using IPeerConnection connection = factory.CreatePeerConnection();
        using var gathered = new BlockingCollection<IceCandidate?>();
        connection.IceCandidateGathered += gathered.Add;

        Assert.DoesNotContain("end-of-candidates", connection.CreateOffer().Sdp, StringComparison.Ordinal);

        Assert.True(gathered.TryTake(out IceCandidate? reflexive, PeerPair.Patience));
        Assert.StartsWith("candidate:", reflexive!.Candidate, StringComparison.Ordinal);
        Assert.Contains($"{Outside.Address} {Outside.Port} typ srflx raddr 127.0.0.1", reflexive.Candidate, StringComparison.Ordinal);
        Assert.Equal("0", reflexive.SdpMid);
        Assert.True(gathered.TryTake(out IceCandidate? end, PeerPair.Patience));
        Assert.Null(end);
        Assert.False(serving.IsFaulted);
    }

    private async Task ServeAsync()
    {
        byte[] response = new byte[StunBindingServer.MaxResponseLength];
        while (!_stop.IsCancellationRequested)
        {
            UdpReceiveResult request = await _server.ReceiveAsync(_stop.Token);
            if (StunBindingServer.TryRespond(request.Buffer, Outside, response, out int length))
            {
                await _server.SendAsync(response.AsMemory(0, length), request.RemoteEndPoint, _stop.Token);
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.Driver;
using Peercast.WebRtc.Tests.PortMapping;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class PortMappingsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Factory_BehindARouterThatMaps_OffersTheOuterAddressAndRemovesTheMapping(bool knowsPcp)
    {
        var router = new FakeRouter { KnowsPcp = knowsPcp };
        using var mayAnswer = new ManualResetEventSlim();
        using var server = new UdpResponder(request =>
        {
            mayAnswer.Wait(PeerPair.Patience);
            return router.Answer(request);
        });
        using (PeerConnectionFactory factory = NewFactory(server.EndPoint, server.EndPoint))
        using (var gathered = new BlockingCollection<string>())
        {
            IPeerConnection connection = factory.CreatePeerConnection();
            connection.IceCandidateGathered += candidate => gathered.Add(candidate?.Candidate ?? "the end");
            Assert.DoesNotContain("end-of-candidates", connection.CreateOffer().Sdp, StringComparison.Ordinal);
            mayAnswer.Set();
            Assert.Contains($" 203.0.113.5 6000 typ srflx raddr 127.0.0.1 rport {factory.LocalEndPoints[0].Port}", Take(gathered), StringComparison.Ordinal);
            Assert.Equal("the end", Take(gathered));
            Assert.Contains(" 203.0.113.5 6000 typ srflx", factory.CreatePeerConnection().CreateOffer().Sdp, StringComparison.Ordinal);
        }

        Assert.True(SpinWait.SpinUntil(() => router.Asked[^1] == 0, PeerPair.Patience), "The mapping was not removed.");
    }

    [Fact]
    public void Factory_BehindAUpnpGateway_OffersTheOuterAddressAndRemovesTheMapping()
    {
        using var gateway = new HttpResponder();
        using var search = new UdpResponder(_ => Encoding.ASCII.GetBytes(UpnpSamples.Found($"http://127.0.0.1:{gateway.Port}/root.xml")));
        var refusing = new FakeRouter { Result = 2 };
        using var server = new UdpResponder(request => refusing.Answer(request));
        using (PeerConnectionFactory factory = NewFactory(server.EndPoint, search.EndPoint))
        {
            Assert.True(SpinWait.SpinUntil(() => !factory.Host.IsMappingPorts, PeerPair.Patience), "The gateway was not found out about.");
            Assert.Contains(
                $" 203.0.113.5 {factory.LocalEndPoints[0].Port} typ srflx", factory.CreatePeerConnection().CreateOffer().Sdp, StringComparison.Ordinal);
        }

        Assert.Contains(gateway.Requests, request => request.Contains("DeletePortMapping", StringComparison.Ordinal));
    }

    [Fact]
    public void Factory_WithAHostileRouter_WorksAllTheSame()
    {
        byte[] noise = new byte[1400];
        new Random(5).NextBytes(noise);
        using var endless = new HttpResponder { Endless = true };
        using var search = new UdpResponder(_ => Encoding.ASCII.GetBytes(UpnpSamples.Found($"http://127.0.0.1:{endless.Port}/root.xml")));
        using var server = new UdpResponder(_ => noise);
        using PeerConnectionFactory factory = NewFactory(server.EndPoint, search.EndPoint);
        using PeerConnectionFactory other = PeerPair.NewFactory();
        var one = new Peer(factory.CreatePeerConnection());
        var two = new Peer(other.CreatePeerConnection());
        one.Create("data");
        PeerPair.Signal(one, two);
        one.WaitFor(PeerConnectionState.Connected);
        Assert.True(SpinWait.SpinUntil(() => server.Requests > 1, PeerPair.Patience));
    }

    [Fact]
    public void Factory_NotAskedTo_TalksToNoRouter()
    {
        using var server = new UdpResponder(_ => null);
        var options = new PeerConnectionFactoryOptions { BindAddresses = [IPAddress.Loopback] };
        using (var factory = new PeerConnectionFactory(options, Parts(server.EndPoint, server.EndPoint)))
            factory.CreatePeerConnection().CreateOffer();
        Assert.Equal(0, server.Requests);
    }

    private static PeerConnectionFactory NewFactory(IPEndPoint gateway, IPEndPoint upnpGroup) =>
        new(new PeerConnectionFactoryOptions { BindAddresses = [IPAddress.Loopback], MapPorts = true }, Parts(gateway, upnpGroup));

    private static DriverParts Parts(IPEndPoint gateway, IPEndPoint upnpGroup) =>
        new() { Network = new FakeNetwork("127.0.0.1") { Gateway = gateway }, UpnpGroup = upnpGroup, FarewellTime = PeerPair.Patience };

    private static string Take(BlockingCollection<string> gathered)
    {
        Assert.True(gathered.TryTake(out string? candidate, PeerPair.Patience), "No candidate came.");
        return candidate;
    }

    private sealed class UdpResponder : IDisposable
    {
        private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
        private int _requests;

        public UdpResponder(Func<byte[], byte[]?> answer)
        {
            EndPoint = (IPEndPoint)_socket.Client.LocalEndPoint!;
            new Thread(() => Serve(answer)) { IsBackground = true }.Start();
        }

        public IPEndPoint EndPoint { get; }

        public int Requests => Volatile.Read(ref _requests);

        public void Dispose() => _socket.Dispose();

        private void Serve(Func<byte[], byte[]?> answer)
        {
            try
            {
                while (true)
                {
                    var from = new IPEndPoint(IPAddress.Any, 0);
                    byte[] request = _socket.Receive(ref from);
                    Interlocked.Increment(ref _requests);
                    if (answer(request) is { } response)
                        _socket.Send(response, from);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }

    private sealed class HttpResponder : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public HttpResponder()
        {
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            new Thread(Serve) { IsBackground = true }.Start();
        }

        public int Port { get; }

        /// <summary>Sends a description without an end.</summary>
        public bool Endless { get; init; }

        public ConcurrentQueue<string> Requests { get; } = new();

        public void Dispose() => _listener.Dispose();

        private void Serve()
        {
            try
            {
                while (true)
                {
                    using TcpClient client = _listener.AcceptTcpClient();
                    Answer(client.GetStream());
                }
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The test is over, or the client has had enough.
            }
        }

        private void Answer(NetworkStream stream)
        {
            var text = new StringBuilder();
            byte[] buffer = new byte[8192];
            do
            {
                int length = stream.Read(buffer);
                if (length == 0)
                    return;
                text.Append(Encoding.UTF8.GetString(buffer, 0, length));
            }
            while (!IsComplete(text.ToString()));

            string request = text.ToString();
            Requests.Enqueue(request);
            if (Endless)
            {
                stream.Write("HTTP/1.1 200 OK\r\n\r\n"u8);
                while (true)
                    stream.Write(buffer);
            }

            string body = request.Contains("#GetExternalIPAddress", StringComparison.Ordinal) ? UpnpSamples.Address("203.0.113.5")
                : request.StartsWith("GET", StringComparison.Ordinal) ? UpnpSamples.Description("/ctl")
                : UpnpSamples.Mapped;
            stream.Write(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
        }

        private static bool IsComplete(string request)
        {
            int head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0)
                return false;
            int at = request.IndexOf("Content-Length: ", StringComparison.Ordinal);
            int length = at < 0 ? 0 : int.Parse(request.AsSpan(at + 16, request.IndexOf('\r', at) - at - 16));
            return request.Length >= head + 4 + length;
        }
    }
}

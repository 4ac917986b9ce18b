using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.Driver;
using Peercast.WebRtc.Tests.Mdns;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class MdnsClientTests
{
    private static readonly IPAddress Group = IPAddress.Parse("224.0.0.251");

    [Fact]
    public void Resolve_WithAResponderInTheGroup_HearsItsMulticastAnswer()
    {
        // As browsers do it: the query comes to the group, and so does the answer, never to the asking socket alone.
        using var responder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        responder.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        responder.SetRawSocketOption(1, 2, BitConverter.GetBytes(1));
        responder.Bind(new IPEndPoint(IPAddress.Any, 0));
        int port = ((IPEndPoint)responder.LocalEndPoint!).Port;
        responder.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(Group, IPAddress.Loopback));
        responder.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Loopback.GetAddressBytes());
        var thread = new Thread(() => AnswerOnce(responder, port)) { IsBackground = true };
        thread.Start();
        using var client = new MdnsClient(new DriverClock(), () => [new MdnsInterface(IPAddress.Loopback, null)], port);
        using var found = new BlockingCollection<IReadOnlyList<IPAddress>>();

        client.Resolve(MdnsSamples.Name, found.Add);
        client.Resolve(MdnsSamples.Name, found.Add);

        for (int i = 0; i < 2; i++)
        {
            Assert.True(found.TryTake(out IReadOnlyList<IPAddress>? addresses, PeerPair.Patience), "No answer came.");
            Assert.Equal([IPAddress.Parse("192.168.1.7")], addresses);
        }

        thread.Join();
    }

    [Fact]
    public void Connect_WhenThePeerGivesOnlyAName_ReachesItByWhatTheNameStandsFor()
    {
        using var pair = new NamedPair(resolves: true);
        pair.Offerer.WaitFor(PeerConnectionState.Connected);
        pair.Answerer.WaitFor(PeerConnectionState.Connected);
        Assert.Equal([MdnsSamples.Name], pair.Names.Asked);
    }

    [Fact]
    public void Connect_WithNamesSwitchedOff_AsksNobody()
    {
        using var pair = new NamedPair(resolves: false);
        Assert.Equal(PeerConnectionState.Connecting, pair.Offerer.Connection.State);
        Assert.Empty(pair.Names.Asked);
    }

    private static void AnswerOnce(Socket responder, int port)
    {
        byte[] query = new byte[512];
        int length = responder.Receive(query);
        Assert.Equal(MdnsSamples.Encode(MdnsSamples.Name), query[12..(length - 4)]);
        responder.SendTo(MdnsSamples.Response(MdnsSamples.Name, IPAddress.Parse("192.168.1.7")), new IPEndPoint(Group, port));
    }

    /// <summary>An offerer that knows only a name of the answerer, and an answerer that knows nothing of the offerer: all depends on the name.</summary>
    private sealed class NamedPair : IDisposable
    {
        private readonly PeerConnectionFactory _offererFactory;
        private readonly PeerConnectionFactory _answererFactory = PeerPair.NewFactory();

        public NamedPair(bool resolves)
        {
            var options = new PeerConnectionFactoryOptions { BindAddresses = [IPAddress.Loopback], ResolveMdnsNames = resolves };
            _offererFactory = new PeerConnectionFactory(options, new DriverParts { Names = Names });
            Offerer = new Peer(_offererFactory.CreatePeerConnection());
            Answerer = new Peer(_answererFactory.CreatePeerConnection());
            Offerer.Create("data");
            SessionDescription offer = Offerer.Connection.CreateOffer();
            string[] bare = [.. offer.Sdp.Split("\r\n").Where(line => !line.Contains("candidate", StringComparison.Ordinal))];
            SessionDescription answer = Answerer.Connection.TryAcceptOffer(offer with { Sdp = string.Join("\r\n", bare) }, out _)!;
            Assert.Contains("127.0.0.1 ", answer.Sdp, StringComparison.Ordinal);
            string named = answer.Sdp.Replace("127.0.0.1 ", $"{MdnsSamples.Name} ", StringComparison.Ordinal);
            Assert.True(Offerer.Connection.TryAcceptAnswer(answer with { Sdp = named }, out _));
        }

        public FakeNames Names { get; } = new();

        public Peer Offerer { get; }

        public Peer Answerer { get; }

        public void Dispose()
        {
            _offererFactory.Dispose();
            _answererFactory.Dispose();
        }
    }

    private sealed class FakeNames : IHostNameResolver
    {
        public ConcurrentQueue<string> Asked { get; } = new();

        public void Resolve(string name, Action<IReadOnlyList<IPAddress>> resolved)
        {
            Asked.Enqueue(name);
            ThreadPool.QueueUserWorkItem(_ => resolved([IPAddress.Loopback]));
        }

        public void Dispose()
        {
        }
    }
}

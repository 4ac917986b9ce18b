using System.Net;
using Peercast.Player.Session;
using Peercast.Protocol.Transport;
using Peercast.WebRtc;
using Peercast.WebRtc.Driver;

namespace Peercast.EndToEnd.Tests;

public sealed class MovingViewerTests
{
    [Fact]
    public async Task Viewer_WhoseAddressChanges_KeepsItsNeighbors()
    {
        await using RunningOrigin origin = await RunningOrigin.StartDemoAsync();
        await using var audience = new Audience(origin.WatchLink("demo"));
        var mobile = new MobileConnections(IPAddress.Parse("127.0.0.2"));
        (ViewerSession Session, CollectingOutput Output) mover = audience.Add(_ => mobile);
        (ViewerSession Session, CollectingOutput Output)[] viewers = [mover, audience.Add(), audience.Add()];
        await Audience.UntilAsync(
            () => viewers.All(viewer => viewer.Session.GetStatistics() is { Neighbors: 2 } && viewer.Output.Chunks > 10),
            TimeSpan.FromSeconds(30),
            "everybody is everybody's neighbor");
        int connections = mobile.Created;

        mobile.MoveTo(IPAddress.Parse("127.0.0.3"));
        await Audience.UntilAsync(
            () => mobile.LocalAddresses.SequenceEqual([IPAddress.Parse("127.0.0.3")]), TimeSpan.FromSeconds(10), "the sockets follow the address");
        long before = mover.Session.GetStatistics()!.NeighborBytes;
        long[] chunks = [.. viewers.Select(viewer => viewer.Output.Chunks)];
        await Audience.UntilAsync(
            () => viewers.Select((viewer, i) => viewer.Output.Chunks - chunks[i]).All(more => more > 30)
                && mover.Session.GetStatistics()!.NeighborBytes > before,
            TimeSpan.FromSeconds(30),
            "6 s more at each, some of it from neighbors");

        Assert.Equal(connections, mobile.Created);
        Assert.All(viewers, viewer => Assert.Equal(2, viewer.Session.GetStatistics()!.Neighbors));
        Assert.All(viewers, viewer => Assert.Empty(viewer.Output.Faults));
    }

    /// <summary>The connections of a machine that has one address, and then another.</summary>
    private sealed class MobileConnections : IPeerConnectionFactory, ILocalNetwork
    {
        private readonly PeerConnectionFactory _factory;
        private volatile IPAddress _address;
        private int _created;

        public MobileConnections(IPAddress address)
        {
            _address = address;
            _factory = new PeerConnectionFactory(new PeerConnectionFactoryOptions(), new DriverParts { Network = this });
        }

        public event Action? Changed;

        public long MaxSendRate
        {
            get => _factory.MaxSendRate;
            set => _factory.MaxSendRate = value;
        }

        public int Created => Volatile.Read(ref _created);

        public IEnumerable<IPAddress> LocalAddresses => _factory.LocalEndPoints.Select(local => local.Address);

        public IReadOnlyList<IPAddress> FindAddresses() => [_address];

        public IPEndPoint? FindGateway(IPAddress local) => null;

        public void MoveTo(IPAddress address)
        {
            _address = address;
            Changed?.Invoke();
        }

        public IPeerConnection CreatePeerConnection()
        {
            Interlocked.Increment(ref _created);
            return _factory.CreatePeerConnection();
        }

        public void Charge(int wireBytes) => _factory.Charge(wireBytes);

        public void SendTogether(Action action) => _factory.SendTogether(action);

        // Both owners call it: the driver, of its network, while the factory is being disposed of.
        public void Dispose() => _factory.Dispose();
    }
}

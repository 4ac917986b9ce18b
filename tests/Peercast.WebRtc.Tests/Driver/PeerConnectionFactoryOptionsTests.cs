using System.Net;
using System.Net.Sockets;
using Peercast.Protocol.Transport;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class PeerConnectionFactoryOptionsTests
{
    public static TheoryData<string, PeerConnectionFactoryOptions> OutOfRange() => new()
    {
        { nameof(PeerConnectionFactoryOptions.BindAddresses), new() { BindAddresses = [] } },
        { nameof(PeerConnectionFactoryOptions.BindAddresses), new() { BindAddresses = [IPAddress.Any] } },
        { nameof(PeerConnectionFactoryOptions.BindAddresses), new() { BindAddresses = [IPAddress.IPv6Any] } },
        { nameof(PeerConnectionFactoryOptions.BindAddresses), new() { BindAddresses = [.. Enumerable.Repeat(IPAddress.Loopback, 17)] } },
        { nameof(PeerConnectionFactoryOptions.Port), new() { Port = -1 } },
        { nameof(PeerConnectionFactoryOptions.Port), new() { Port = 65_536 } },
        { nameof(PeerConnectionFactoryOptions.StunServers), new() { StunServers = [new IPEndPoint(IPAddress.Loopback, 0)] } },
        { nameof(PeerConnectionFactoryOptions.StunServers), new() { StunServers = [.. Enumerable.Repeat(new IPEndPoint(IPAddress.Loopback, 1), 9)] } },
        { nameof(PeerConnectionFactoryOptions.MaxConnections), new() { MaxConnections = 0 } },
        { nameof(PeerConnectionFactoryOptions.ReceiveBufferBytes), new() { ReceiveBufferBytes = 1 } },
        { nameof(PeerConnectionFactoryOptions.SendBufferBytes), new() { SendBufferBytes = 1 } },
        { nameof(PeerConnectionFactoryOptions.MaxUndeliveredBytes), new() { MaxUndeliveredBytes = 1 } },
        { nameof(PeerConnectionFactoryOptions.CongestionControl), new() { CongestionControl = (CongestionControl)9 } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Constructor_WithAnOptionOutOfRange_NamesIt(string name, PeerConnectionFactoryOptions options)
    {
        var refused = Assert.Throws<ArgumentException>(() => new PeerConnectionFactory(options));
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WithDefaults_BindsSomething()
    {
        using var factory = new PeerConnectionFactory();
        Assert.NotEmpty(factory.LocalEndPoints);
        Assert.All(factory.LocalEndPoints, local => Assert.NotEqual(0, local.Port));
    }

    [Fact]
    public void Constructor_WithLoopback_BindsItLast()
    {
        using var factory = new PeerConnectionFactory(new PeerConnectionFactoryOptions { IncludeLoopback = true });
        Assert.True(IPAddress.IsLoopback(factory.LocalEndPoints[^1].Address));
    }

    [Fact]
    public void Constructor_WithAPortInUse_SaysSo()
    {
        using PeerConnectionFactory first = PeerPair.NewFactory();
        var options = new PeerConnectionFactoryOptions { BindAddresses = [IPAddress.Loopback], Port = first.LocalEndPoints[0].Port };
        var refused = Assert.Throws<SocketException>(() => new PeerConnectionFactory(options));
        Assert.Equal(SocketError.AddressAlreadyInUse, refused.SocketErrorCode);
    }

    [Fact]
    public void CreatePeerConnection_OneTooMany_IsRefusedUntilOneEnds()
    {
        using var factory = new PeerConnectionFactory(new PeerConnectionFactoryOptions { BindAddresses = [IPAddress.Loopback], MaxConnections = 2 });
        IPeerConnection first = factory.CreatePeerConnection();
        factory.CreatePeerConnection();
        Assert.Throws<InvalidOperationException>(factory.CreatePeerConnection);
        first.Dispose();
        factory.CreatePeerConnection();
    }
}

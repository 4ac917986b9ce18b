using System.Collections.Concurrent;
using System.Net;
using Peercast.WebRtc.Driver;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class DatagramSocketTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Send_OverLoopback_ArrivesWithItsSource(string address)
    {
        var received = new Receiver();
        using DatagramSocket receiving = Open(address, 1, received);
        using DatagramSocket sending = Open(address, 2, new Receiver());
        receiving.Start();
        sending.Send([1, 2, 3], receiving.LocalEndPoint.Serialize());

        Assert.True(received.Datagrams.TryTake(out (int Socket, IPEndPoint Source, byte[] Bytes) datagram, Patience));
        Assert.Equal(1, datagram.Socket);
        Assert.Equal(sending.LocalEndPoint, datagram.Source);
        Assert.Equal([1, 2, 3], datagram.Bytes);
    }

    [Fact]
    public void Send_AnEmptyOrAHugeDatagram_DoesNotEndTheReceiving()
    {
        var received = new Receiver();
        using DatagramSocket receiving = Open("127.0.0.1", 1, received);
        using DatagramSocket sending = Open("127.0.0.1", 2, new Receiver());
        receiving.Start();
        SocketAddress destination = receiving.LocalEndPoint.Serialize();
        sending.Send([], destination);
        sending.Send(new byte[9000], destination);
        sending.Send(new byte[100_000], destination);
        sending.Send([7], destination);

        byte[] last;
        do
        {
            Assert.True(received.Datagrams.TryTake(out (int Socket, IPEndPoint Source, byte[] Bytes) datagram, Patience));
            last = datagram.Bytes;
        }
        while (last is not [7]);
    }

    [Fact]
    public void Dispose_WhileTheThreadWaits_EndsIt()
    {
        DatagramSocket socket = Open("127.0.0.1", 1, new Receiver());
        socket.Start();
        socket.Dispose();
        socket.Dispose();
        socket.Send([1], socket.LocalEndPoint.Serialize());
    }

    [Fact]
    public void Dispose_BeforeStart_DoesNothingElse() => Open("127.0.0.1", 1, new Receiver()).Dispose();

    [Fact]
    public void Find_OnThisMachine_FindsNoWildcardAndRespectsTheBound()
    {
        Assert.Contains(LocalAddresses.Find(includeLoopback: true, includeIPv6: false, 16), IPAddress.IsLoopback);
        Assert.All(
            LocalAddresses.Find(includeLoopback: true, includeIPv6: true, 16),
            address => Assert.False(address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.IsIPv6LinkLocal));
        Assert.Single(LocalAddresses.Find(includeLoopback: true, includeIPv6: true, 1));
        Assert.NotEmpty(LocalAddresses.Find(includeLoopback: false, includeIPv6: false, 16));
    }

    private static DatagramSocket Open(string address, int number, IDatagramReceiver receiver) =>
        new(number, new IPEndPoint(IPAddress.Parse(address), 0), 1 << 20, 1 << 20, receiver);

    private sealed class Receiver : IDatagramReceiver
    {
        public BlockingCollection<(int Socket, IPEndPoint Source, byte[] Bytes)> Datagrams { get; } = [];

        public void DatagramReceived(DatagramSocket socket, SocketAddress source, ReadOnlySpan<byte> datagram) =>
            Datagrams.Add((socket.Number, (IPEndPoint)socket.LocalEndPoint.Create(source), datagram.ToArray()));
    }
}

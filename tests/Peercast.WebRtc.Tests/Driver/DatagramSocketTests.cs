using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
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

    [Theory]
    [InlineData("127.0.0.1", true, true)]
    [InlineData("127.0.0.1", true, false)]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("::1", true, true)]
    public void Send_ABatch_ArrivesAsItsDatagramsInOrder(string address, bool sendsSegments, bool receivesSegments)
    {
        var received = new Receiver();
        using DatagramSocket receiving = Open(address, 1, received, receivesSegments);
        using DatagramSocket sending = Open(address, 2, new Receiver(), sendsSegments);
        receiving.Start();
        var batch = new SendBatch();
        for (byte i = 0; i < 40; i++)
        {
            byte[] datagram = new byte[i == 39 ? 700 : 1200];
            Array.Fill(datagram, i);
            Assert.True(batch.TryAdd(datagram));
        }

        sending.Send(batch, receiving.LocalEndPoint.Serialize());
        for (byte i = 0; i < 40; i++)
        {
            Assert.True(received.Datagrams.TryTake(out (int Socket, IPEndPoint Source, byte[] Bytes) datagram, Patience));
            Assert.Equal(sending.LocalEndPoint, datagram.Source);
            Assert.Equal(i == 39 ? 700 : 1200, datagram.Bytes.Length);
            Assert.All(datagram.Bytes, value => Assert.Equal(i, value));
        }
    }

    [Fact]
    public void TrySend_WhereTheSystemCannotDivide_SaysSo()
    {
        const int SocketLevel = 1, NoCheck = 11;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        SocketAddress destination = socket.LocalEndPoint!.Serialize();
        if (!SegmentOffload.CanSend(socket))
        {
            Assert.False(OperatingSystem.IsLinux() && Environment.OSVersion.Version >= new Version(4, 18));
            return;
        }

        Assert.True(SegmentOffload.TrySend(socket.SafeHandle, new byte[20], 10, destination));

        // Without checksums the kernel refuses to divide, with the error that it also has for a device or a path that cannot.
        socket.SetRawSocketOption(SocketLevel, NoCheck, BitConverter.GetBytes(1));
        Assert.False(SegmentOffload.TrySend(socket.SafeHandle, new byte[20], 10, destination));
    }

    [Fact]
    public void TryAdd_WhatCannotGoInOneCall_IsRefused()
    {
        var batch = new SendBatch();
        Assert.True(batch.TryAdd(new byte[1200]));
        Assert.False(batch.TryAdd(new byte[1201]));
        Assert.True(batch.TryAdd(new byte[1100]));
        Assert.False(batch.TryAdd(new byte[1100]));
        Assert.Equal(2, batch.Count);
        batch.Clear();
        int count = 0;
        while (batch.TryAdd(new byte[1200]))
        {
            count++;
        }

        Assert.Equal(54, count);
        Assert.Equal(54 * 1200, batch.Bytes.Length);
    }

    private static DatagramSocket Open(string address, int number, IDatagramReceiver receiver, bool segments = true) =>
        new(number, new IPEndPoint(IPAddress.Parse(address), 0), 1 << 20, 1 << 20, segments, receiver);

    private sealed class Receiver : IDatagramReceiver
    {
        public BlockingCollection<(int Socket, IPEndPoint Source, byte[] Bytes)> Datagrams { get; } = [];

        public void DatagramsReceived(DatagramSocket socket, ReceivedBatch batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                Datagrams.Add((socket.Number, (IPEndPoint)socket.LocalEndPoint.Create(batch.Source(i)), batch[i].ToArray()));
            }
        }
    }
}

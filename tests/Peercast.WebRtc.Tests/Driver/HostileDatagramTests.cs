using System.Net;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.Driver;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class HostileDatagramTests
{
    private const int Inputs = 100_000;

    [Fact]
    public void DatagramReceived_GarbageWithThePeersAddress_NeitherThrowsNorEndsTheConnection()
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        ChannelProbe there = pair.Offerer.Create("data");
        pair.Connect();
        ChannelProbe here = pair.Answerer.TakeChannel();
        there.WaitOpened();
        DriverHost host = pair.OffererFactory.Host;
        SocketAddress peer = pair.AnswererFactory.LocalEndPoints[0].Serialize();
        byte[] check = Check(pair.OffererFactory.Host.Demultiplexer.Fragments.Single());
        var random = new Random(71);
        byte[] buffer = new byte[300];
        for (int i = 0; i < Inputs; i++)
        {
            Span<byte> garbage = buffer.AsSpan(0, random.Next(1, buffer.Length));
            random.NextBytes(garbage);
            switch (i % 3)
            {
                case 0:
                    // Looks like a DTLS record.
                    garbage[0] = (byte)random.Next(20, 64);
                    break;
                case 1:
                    // A check that names the right fragment, with a changed byte or two, and no valid MESSAGE-INTEGRITY in any case.
                    check.CopyTo(buffer, 0);
                    garbage = buffer.AsSpan(0, check.Length);
                    garbage[random.Next(garbage.Length)] = (byte)random.Next(256);
                    break;
            }

            host.Demultiplexer.DatagramsReceived(host.Sockets[0], peer, garbage.ToArray());
        }

        Assert.True(there.Channel.TrySend([1]));
        Assert.Equal([1], here.Take());
        Assert.True(here.Channel.TrySend([2]));
        Assert.Equal([2], there.Take());
        Assert.Equal(PeerConnectionState.Connected, pair.Offerer.Connection.State);
    }

    [Fact]
    public void DatagramReceived_ChecksOfStrangers_AreNotAdmittedToDtls()
    {
        using PeerConnectionFactory factory = PeerPair.NewFactory();
        using IPeerConnection connection = factory.CreatePeerConnection();
        connection.CreateOffer();
        int entries = factory.Host.Demultiplexer.Count;
        byte[] check = Check(factory.Host.Demultiplexer.Fragments.Single());
        for (int port = 1; port < 1000; port++)
        {
            SocketAddress stranger = new IPEndPoint(IPAddress.Parse("127.0.0.9"), port).Serialize();
            factory.Host.Demultiplexer.DatagramsReceived(factory.Host.Sockets[0], stranger, check);
            factory.Host.Demultiplexer.DatagramsReceived(factory.Host.Sockets[0], stranger, [22, 0xFE, 0xFD]);
        }

        Assert.Equal(entries, factory.Host.Demultiplexer.Count);
    }

    private static byte[] Check(string fragment)
    {
        byte[] buffer = new byte[200];
        var builder = new StunMessageBuilder(buffer, StunClass.Request, new StunTransactionId(5, 5));
        builder.AddUsername($"{fragment}:stranger");
        builder.AddPriority(1);
        builder.AddRole(controlling: true, 7);
        builder.AddMessageIntegrity("not the password at all"u8);
        builder.AddFingerprint();
        return buffer[..builder.Length];
    }
}

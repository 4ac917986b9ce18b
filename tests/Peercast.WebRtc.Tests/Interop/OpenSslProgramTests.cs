using System.Net;
using System.Net.Sockets;
using System.Text;
using Peercast.WebRtc.Dtls;
using Peercast.WebRtc.Tests.Driver;

namespace Peercast.WebRtc.Tests.Interop;

public sealed class OpenSslProgramTests
{
    [Fact]
    public void Handshake_AsClientOfSServer_ExchangesPayload()
    {
        using var server = new OpenSslProgram("s_server", "-accept", "127.0.0.1:0", "-Verify", "1");
        string accepts = server.WaitForLine(line => line.StartsWith("ACCEPT 127.0.0.1:", StringComparison.Ordinal));
        using var session = new Session(DtlsRole.Client, server.Fingerprint);
        session.Peer = new IPEndPoint(IPAddress.Loopback, int.Parse(accepts.Split(':')[1]));
        session.Endpoint.Start();
        session.PumpUntil(() => session.Endpoint.State != DtlsState.Connecting);
        Exchange(session, server);
    }

    [Fact]
    public void Handshake_AsServerOfSClient_ExchangesPayload()
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new OpenSslProgram("s_client", "-connect", socket.Client.LocalEndPoint!.ToString()!);
        using var session = new Session(DtlsRole.Server, client.Fingerprint, socket);
        session.PumpUntil(() => session.Endpoint.State != DtlsState.Connecting);
        Exchange(session, client);
    }

    [Fact]
    public void Handshake_WithAnotherCertificateThanAnnounced_IsRefused()
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new OpenSslProgram("s_client", "-connect", socket.Client.LocalEndPoint!.ToString()!);
        using var session = new Session(DtlsRole.Server, new byte[32], socket);
        session.PumpUntil(() => session.Endpoint.State != DtlsState.Connecting);
        Assert.Equal(DtlsFailure.FingerprintMismatch, session.Endpoint.Failure);
        client.WaitForLine(line => line.Contains("bad certificate", StringComparison.Ordinal));
    }

    private static void Exchange(Session session, OpenSslProgram program)
    {
        Assert.Equal(DtlsState.Connected, session.Endpoint.State);
        Assert.True(session.Endpoint.TrySend("hello from us\n"u8));
        program.WaitForLine(line => line.Contains("hello from us", StringComparison.Ordinal));
        program.WriteLine("and back");
        session.PumpUntil(() => session.Received.ToString().Contains("and back", StringComparison.Ordinal));
    }

    /// <summary>One endpoint on a socket of its own.</summary>
    private sealed class Session : IDtlsOwner, IDisposable
    {
        private readonly UdpClient _socket;

        public Session(DtlsRole role, byte[] fingerprint, UdpClient? socket = null)
        {
            _socket = socket ?? new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            _socket.Client.ReceiveTimeout = 50;
            Endpoint = new DtlsEndpoint(DtlsContext.Shared, role, fingerprint, this);
        }

        public DtlsEndpoint Endpoint { get; }

        public IPEndPoint? Peer { get; set; }

        public StringBuilder Received { get; } = new();

        public void PumpUntil(Func<bool> done)
        {
            DateTime end = DateTime.UtcNow + PeerPair.Patience;
            while (!done())
            {
                Assert.True(DateTime.UtcNow < end, $"Still {Endpoint.State}; received: {Received}");
                try
                {
                    IPEndPoint? source = null;
                    byte[] datagram = _socket.Receive(ref source);
                    Peer = source;
                    Endpoint.Receive(datagram);
                }
                catch (SocketException)
                {
                    Endpoint.HandleTimeout();
                }
            }
        }

        public void SendDtlsDatagram(ReadOnlySpan<byte> datagram) => _socket.Send(datagram, Peer);

        public void DtlsPayloadReceived(ReadOnlySpan<byte> payload) => Received.Append(Encoding.UTF8.GetString(payload));

        public void Dispose()
        {
            Endpoint.Dispose();
            _socket.Dispose();
        }
    }
}

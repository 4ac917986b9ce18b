using Peercast.WebRtc.Dtls;

namespace Peercast.WebRtc.Tests.Dtls;

public sealed class DtlsSessionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(DtlsEndpoint.MaxPayload)]
    public void TrySend_EitherWay_DeliversThePayloadInOneDatagram(int length)
    {
        using var pair = DtlsPair.Connected();
        byte[] payload = new byte[length];
        new Random(length).NextBytes(payload);

        Assert.True(pair.Client.Endpoint.TrySend(payload));
        Assert.True(pair.Server.Endpoint.TrySend(payload));
        Assert.Equal(length + DtlsEndpoint.MaxDatagram - DtlsEndpoint.MaxPayload, Assert.Single(pair.Client.Sent).Length);
        pair.Exchange();

        Assert.Equal(payload, Assert.Single(pair.Server.Received));
        Assert.Equal(payload, Assert.Single(pair.Client.Received));
    }

    [Fact]
    public void TrySend_MoreThanFitsOneDatagram_IsRefusedAsOurOwnBug()
    {
        using var pair = DtlsPair.Connected();
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Endpoint.TrySend(new byte[DtlsEndpoint.MaxPayload + 1]));
    }

    [Fact]
    public void TrySend_BeforeTheHandshake_SendsNothing()
    {
        using var pair = new DtlsPair();
        Assert.False(pair.Client.Endpoint.TrySend([1, 2, 3]));
        Assert.Empty(pair.Client.Sent);
    }

    [Fact]
    public void Receive_SeveralRecordsInOneDatagram_DeliversEach()
    {
        using var pair = DtlsPair.Connected();
        pair.Client.Endpoint.TrySend([1]);
        pair.Client.Endpoint.TrySend([2, 2]);
        pair.Client.Endpoint.TrySend([3, 3, 3]);
        byte[] together = [.. pair.Client.Sent.SelectMany(datagram => datagram)];
        pair.Client.Sent.Clear();

        pair.Server.Endpoint.Receive(together);

        Assert.Equal([1, 2, 3], pair.Server.Received.Select(payload => payload.Length));
    }

    [Fact]
    public void Receive_PayloadBeforeTheFinalFlight_IsDeliveredOnceConnected()
    {
        // No flight is sent again meanwhile, however slow the machine is: it would bring what is held back.
        using var pair = new DtlsPair(timers: new DtlsTimers(FirstMicroseconds: 60_000_000, LongestMicroseconds: 60_000_000));
        byte[][] heldBack = [];
        pair.Client.Endpoint.Start();
        pair.Exchange((from, waiting) =>
        {
            // The server's last flight makes the client connect; the client's payload overtakes nothing, the server's does.
            if (from == pair.Server && pair.Server.Endpoint.State == DtlsState.Connected)
            {
                heldBack = [.. waiting];
                return [];
            }

            return waiting;
        });
        Assert.Equal(DtlsState.Connected, pair.Server.Endpoint.State);
        Assert.Equal(DtlsState.Connecting, pair.Client.Endpoint.State);

        pair.Server.Endpoint.TrySend([7, 7]);
        pair.Exchange();
        Assert.Empty(pair.Client.Received);
        foreach (byte[] datagram in heldBack)
        {
            pair.Client.Endpoint.Receive(datagram);
        }

        Assert.Equal(DtlsState.Connected, pair.Client.Endpoint.State);
        Assert.Equal([7, 7], Assert.Single(pair.Client.Received));
    }

    [Fact]
    public void Receive_TheSameDatagramTwice_DeliversItOnce()
    {
        using var pair = DtlsPair.Connected();
        pair.Client.Endpoint.TrySend([1]);
        pair.Exchange((_, waiting) => waiting.Concat(waiting));
        Assert.Single(pair.Server.Received);
    }

    [Fact]
    public void Close_OfOneSide_ClosesTheOther()
    {
        using var pair = DtlsPair.Connected();
        pair.Client.Endpoint.Close();
        Assert.Equal(DtlsState.Closed, pair.Client.Endpoint.State);
        pair.Exchange();
        Assert.Equal(DtlsState.Closed, pair.Server.Endpoint.State);
        Assert.False(pair.Server.Endpoint.TrySend([1]));
    }

    [Fact]
    public void Close_AfterAlmostEveryCloseNotifyWasLost_StaysClosedAndSilent()
    {
        using var pair = DtlsPair.Connected();
        pair.Client.Endpoint.Close();
        pair.Client.Sent.Clear();
        pair.Server.Endpoint.TrySend([1]);
        pair.Exchange();
        Assert.Empty(pair.Client.Received);
    }

    [Fact]
    public void Dispose_InsideThePayloadHandler_EndsTheReading()
    {
        using var context = new DtlsContext();
        var client = new DtlsSide();
        var server = new DisposingOwner();
        client.Endpoint = new DtlsEndpoint(DtlsContext.Shared, DtlsRole.Client, context.Fingerprint, client);
        server.Endpoint = new DtlsEndpoint(context, DtlsRole.Server, DtlsContext.Shared.Fingerprint, server);
        client.Endpoint.Start();
        for (int round = 0; round < 10; round++)
        {
            client.Sent.ForEach(datagram => server.Endpoint.Receive(datagram));
            client.Sent.Clear();
            server.Sent.ForEach(datagram => client.Endpoint.Receive(datagram));
            server.Sent.Clear();
        }

        client.Endpoint.TrySend([1]);
        client.Endpoint.TrySend([2]);
        server.Endpoint.Receive([.. client.Sent[0], .. client.Sent[1]]);

        Assert.Equal(1, server.Payloads);
        Assert.Equal(DtlsState.Closed, server.Endpoint.State);
        client.Endpoint.Dispose();
    }

    [Fact]
    public void SendDtlsDatagram_ThatThrows_DoesNotReachOpenSsl()
    {
        using var endpoint = new DtlsEndpoint(DtlsContext.Shared, DtlsRole.Client, new byte[32], new ThrowingOwner());
        endpoint.Start();
        Assert.Equal(DtlsState.Connecting, endpoint.State);
    }

    private sealed class DisposingOwner : IDtlsOwner
    {
        public DtlsEndpoint Endpoint { get; set; } = null!;

        public List<byte[]> Sent { get; } = [];

        public int Payloads { get; private set; }

        public void SendDtlsDatagram(ReadOnlySpan<byte> datagram) => Sent.Add(datagram.ToArray());

        public void DtlsPayloadReceived(ReadOnlySpan<byte> payload)
        {
            Payloads++;
            Endpoint.Dispose();
        }
    }

    private sealed class ThrowingOwner : IDtlsOwner
    {
        public void SendDtlsDatagram(ReadOnlySpan<byte> datagram) => throw new InvalidOperationException("The network is on fire.");

        public void DtlsPayloadReceived(ReadOnlySpan<byte> payload) => throw new InvalidOperationException("Never called.");
    }
}

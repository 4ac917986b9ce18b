using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Peercast.Origin.Stun;

namespace Peercast.Origin.Tests.Stun;

public sealed class StunListenerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // RFC 8489: binding request, no attributes, magic cookie, transaction id.
    private static readonly byte[] Request = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Theory]
    [InlineData("127.0.0.1", AddressFamily.InterNetwork)]
    [InlineData("::1", AddressFamily.InterNetworkV6)]
    public async Task BindingRequest_IsAnsweredWithTheSendersAddress(string listen, AddressFamily family)
    {
        using var listener = await StartAsync(listen, FreeUdpPort(family));
        using var client = new UdpClient(family);
        client.Connect(listener.EndPoint!);
        byte[] response = await AskAsync(client);
        Assert.Equal([1, 1], response[..2]);
        Assert.Equal(Request[4..20], response[4..20]);

        // XOR-MAPPED-ADDRESS: the port is XORed with the upper half of the magic cookie.
        Assert.Equal([0, 0x20], response[20..22]);
        int port = BinaryPrimitives.ReadUInt16BigEndian(response.AsSpan(26)) ^ 0x2112;
        Assert.Equal(((IPEndPoint)client.Client.LocalEndPoint!).Port, port);
        await listener.StopAsync(default);
    }

    [Fact]
    public async Task RandomDatagrams_AreIgnored()
    {
        using var listener = await StartAsync("127.0.0.1", FreeUdpPort(AddressFamily.InterNetwork));
        using var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect(listener.EndPoint!);
        var random = new Random(6);
        for (int i = 0; i < 150; i++)
        {
            byte[] bytes = new byte[random.Next(0, 2_000)];
            random.NextBytes(bytes);
            await client.SendAsync(bytes);
        }

        Assert.Equal([1, 1], (await AskAsync(client))[..2]);
        await listener.StopAsync(default);
    }

    [Fact]
    public async Task Flood_OfOneAddress_IsAnsweredUpToItsLimit()
    {
        const int Allowed = 200;

        // No time goes by, in which the address would be allowed more.
        using var listener = await StartAsync("127.0.0.1", FreeUdpPort(AddressFamily.InterNetwork), new HeldTime());
        using UdpClient client = ClientAt("127.0.0.1", listener);
        using UdpClient other = ClientAt("127.0.0.2", listener);

        // One at a time, so that none is lost on the way.
        for (int i = 0; i < Allowed; i++)
        {
            await client.SendAsync(Request);
            await client.ReceiveAsync(CancellationToken.None).AsTask().WaitAsync(Patience);
        }

        for (int i = 0; i < 20; i++)
        {
            await client.SendAsync(Request);
        }

        // Requests are answered one after the other: with the answer to another address, all that came before has been dealt with.
        Assert.Equal([1, 1], (await AskAsync(other))[..2]);
        Assert.Equal(0, client.Available);
        await listener.StopAsync(default);
    }

    [Fact]
    public async Task Start_PortIsTaken_NamesTheOption()
    {
        int port = FreeUdpPort(AddressFamily.InterNetwork);
        using var first = await StartAsync("127.0.0.1", port);
        var e = await Assert.ThrowsAsync<OriginStartException>(() => StartAsync("127.0.0.1", port));
        Assert.Contains("Peercast:StunPort", e.Message);
        await first.StopAsync(default);
    }

    [Fact]
    public async Task Start_PortIsZero_DoesNotListen()
    {
        using var listener = await StartAsync("127.0.0.1", 0);
        Assert.Null(listener.EndPoint);
        await listener.StopAsync(default);
    }

    private static UdpClient ClientAt(string address, StunListener listener)
    {
        var client = new UdpClient(new IPEndPoint(IPAddress.Parse(address), 0));
        client.Connect(listener.EndPoint!);
        return client;
    }

    private static async Task<byte[]> AskAsync(UdpClient client)
    {
        using var limit = new CancellationTokenSource(Patience);
        Task<UdpReceiveResult> response = client.ReceiveAsync(limit.Token).AsTask();

        // As a real client does: datagrams get lost when a buffer is full.
        while (!response.IsCompleted)
        {
            await client.SendAsync(Request, limit.Token);
            await Task.WhenAny(response, Task.Delay(TimeSpan.FromMilliseconds(500), limit.Token));
        }

        return (await response).Buffer;
    }

    private static int FreeUdpPort(AddressFamily family)
    {
        using var probe = new UdpClient(0, family);
        return ((IPEndPoint)probe.Client.LocalEndPoint!).Port;
    }

    private static async Task<StunListener> StartAsync(string listen, int port, TimeProvider? time = null)
    {
        var options = Options.Create(new PeercastOriginOptions { Listen = listen, StunPort = port });
        var listener = new StunListener(options, new OriginReadiness(), time ?? TimeProvider.System, NullLogger<StunListener>.Instance);
        await listener.StartAsync(default);
        return listener;
    }
}

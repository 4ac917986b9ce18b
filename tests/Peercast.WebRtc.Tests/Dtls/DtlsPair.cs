using Peercast.WebRtc.Dtls;

namespace Peercast.WebRtc.Tests.Dtls;

/// <summary>Two endpoints and the datagrams between them.</summary>
internal sealed class DtlsPair : IDisposable
{
    /// <summary>
    /// OpenSSL reads the system clock, and takes a timer with less than 15 ms to go for expired: so this one is due 5 ms
    /// after it was set. A shorter one would be due inside the very call that sets it.
    /// </summary>
    private static readonly DtlsTimers Short = new(FirstMicroseconds: 20_000, LongestMicroseconds: 20_000);

    public DtlsPair(byte[]? fingerprintClientExpects = null, byte[]? fingerprintServerExpects = null, DtlsTimers? timers = null)
    {
        Client = new DtlsSide();
        Server = new DtlsSide();
        Client.Endpoint = new DtlsEndpoint(
            DtlsContext.Shared, DtlsRole.Client, fingerprintClientExpects ?? ServerContext.Fingerprint, Client, timers ?? Short);
        Server.Endpoint = new DtlsEndpoint(
            ServerContext, DtlsRole.Server, fingerprintServerExpects ?? DtlsContext.Shared.Fingerprint, Server, timers ?? Short);
    }

    /// <summary>Another certificate than that of the process.</summary>
    public static DtlsContext ServerContext { get; } = new();

    public DtlsSide Client { get; }

    public DtlsSide Server { get; }

    public bool Settled => Client.Sent.Count == 0 && Server.Sent.Count == 0;

    public bool BothConnected => Client.Endpoint.State == DtlsState.Connected && Server.Endpoint.State == DtlsState.Connected;

    public static DtlsPair Connected()
    {
        var pair = new DtlsPair();
        pair.Client.Endpoint.Start();
        pair.Server.Endpoint.Start();
        pair.Exchange();
        Assert.True(pair.BothConnected);
        return pair;
    }

    /// <summary>Carries datagrams until none is under way. The carrier decides what arrives of the waiting ones, and in which order.</summary>
    public void Exchange(Func<DtlsSide, IReadOnlyList<byte[]>, IEnumerable<byte[]>>? carrier = null)
    {
        for (int round = 0; round < 1000 && !Settled; round++)
        {
            Carry(Client, Server, carrier);
            Carry(Server, Client, carrier);
        }

        Assert.True(Settled, "The endpoints never fall silent.");
    }

    /// <summary>Waits the few milliseconds until the retransmission timers are due, and lets them fire.</summary>
    public void FireTimers()
    {
        FireTimer(Client.Endpoint);
        FireTimer(Server.Endpoint);
    }

    public static void FireTimer(DtlsEndpoint endpoint)
    {
        while (endpoint.Timeout is { } left && left > TimeSpan.Zero)
        {
            Thread.Sleep(1);
        }

        endpoint.HandleTimeout();
    }

    public void Dispose()
    {
        Client.Endpoint.Dispose();
        Server.Endpoint.Dispose();
    }

    private static void Carry(DtlsSide from, DtlsSide to, Func<DtlsSide, IReadOnlyList<byte[]>, IEnumerable<byte[]>>? carrier)
    {
        byte[][] waiting = [.. from.Sent];
        from.Sent.Clear();
        foreach (byte[] datagram in carrier?.Invoke(from, waiting) ?? waiting)
        {
            to.Endpoint.Receive(datagram);
        }
    }
}

/// <summary>Collects what an endpoint gives out.</summary>
internal sealed class DtlsSide : IDtlsOwner
{
    public DtlsEndpoint Endpoint { get; set; } = null!;

    public List<byte[]> Sent { get; } = [];

    public int LargestSent { get; private set; }

    public List<byte[]> Received { get; } = [];

    public void SendDtlsDatagram(ReadOnlySpan<byte> datagram)
    {
        Sent.Add(datagram.ToArray());
        LargestSent = Math.Max(LargestSent, datagram.Length);
    }

    public void DtlsPayloadReceived(ReadOnlySpan<byte> payload) => Received.Add(payload.ToArray());
}

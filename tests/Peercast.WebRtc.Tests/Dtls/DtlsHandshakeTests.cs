using System.Diagnostics;
using Peercast.WebRtc.Dtls;

namespace Peercast.WebRtc.Tests.Dtls;

public sealed class DtlsHandshakeTests
{
    [Fact]
    public void Handshake_WithTheRightFingerprints_ConnectsBothInDatagramsOf1200Bytes()
    {
        using var pair = DtlsPair.Connected();
        Assert.InRange(pair.Client.LargestSent, 1, DtlsEndpoint.MaxDatagram);
        Assert.InRange(pair.Server.LargestSent, 1, DtlsEndpoint.MaxDatagram);
        Assert.Null(pair.Client.Endpoint.Timeout);
        Assert.Null(pair.Server.Endpoint.Timeout);
    }

    [Fact]
    public void Start_OfAServer_SendsNothing()
    {
        using var pair = new DtlsPair();
        pair.Server.Endpoint.Start();
        Assert.Empty(pair.Server.Sent);
        Assert.Null(pair.Server.Endpoint.Timeout);
    }

    [Fact]
    public void Start_OfAClient_ArmsATimerOf250Milliseconds()
    {
        using var pair = new DtlsPair(timers: DtlsTimers.Default);
        long started = Stopwatch.GetTimestamp();
        pair.Client.Endpoint.Start();
        TimeSpan left = pair.Client.Endpoint.Timeout!.Value;

        // OpenSSL takes less than 15 ms for none at all; the system clock, which it reads, counts otherwise than the stopwatch.
        TimeSpan passed = Stopwatch.GetElapsedTime(started) + TimeSpan.FromMilliseconds(20);
        Assert.InRange(left, TimeSpan.FromMilliseconds(Math.Max(0, 250 - passed.TotalMilliseconds)), TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public void Next_OfTheDefaultTimers_DoublesUpToFourSeconds()
    {
        uint timeout = 0;
        var timeouts = Enumerable.Range(0, 7).Select(_ => timeout = DtlsTimers.Default.Next(timeout)).ToArray();
        Assert.Equal([250_000u, 500_000u, 1_000_000u, 2_000_000u, 4_000_000u, 4_000_000u, 4_000_000u], timeouts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Handshake_WithAnotherFingerprintThanExpected_FailsBothAndDeliversNothing(bool clientExpectsAnother)
    {
        byte[] another = new byte[32];
        using var pair = clientExpectsAnother ? new DtlsPair(another) : new DtlsPair(null, another);
        pair.Client.Endpoint.Start();
        pair.Exchange();

        DtlsSide refuser = clientExpectsAnother ? pair.Client : pair.Server;
        DtlsSide refused = clientExpectsAnother ? pair.Server : pair.Client;
        Assert.Equal(DtlsState.Failed, refuser.Endpoint.State);
        Assert.Equal(DtlsFailure.FingerprintMismatch, refuser.Endpoint.Failure);
        Assert.Equal(DtlsState.Failed, refused.Endpoint.State);
        Assert.Equal(DtlsFailure.Protocol, refused.Endpoint.Failure);
        Assert.False(refuser.Endpoint.TrySend([1]));
        Assert.False(refused.Endpoint.TrySend([1]));
        Assert.Empty(refuser.Received);
        Assert.Empty(refused.Received);
    }

    [Fact]
    public void Handshake_WhenAnyOneDatagramIsLost_RecoversByTimer()
    {
        int datagrams;
        int lost = 0;
        do
        {
            using var pair = new DtlsPair();
            int number = 0;
            IEnumerable<byte[]> LoseOne(DtlsSide from, IReadOnlyList<byte[]> waiting) => waiting.Where(_ => number++ != lost).ToArray();
            pair.Client.Endpoint.Start();
            pair.Exchange(LoseOne);
            for (int round = 0; round < 10 && !pair.BothConnected; round++)
            {
                pair.FireTimers();
                pair.Exchange(LoseOne);
            }

            Assert.True(pair.BothConnected, $"Not connected after datagram {lost} was lost.");
            datagrams = number;
            lost++;
        }
        while (lost < datagrams);

        Assert.True(lost >= 4, "A handshake has at least four flights.");
    }

    [Fact]
    public void Handshake_WithEveryFlightReversed_Connects()
    {
        using var pair = new DtlsPair();
        pair.Client.Endpoint.Start();
        for (int round = 0; round < 10 && !pair.BothConnected; round++)
        {
            pair.Exchange((_, waiting) => waiting.Reverse());
            pair.FireTimers();
        }

        Assert.True(pair.BothConnected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Handshake_WithLossDuplicatesAndReordering_Connects(int seed)
    {
        var random = new Random(seed);
        using var pair = new DtlsPair();
        IEnumerable<byte[]> Carrier(DtlsSide from, IReadOnlyList<byte[]> waiting)
        {
            byte[][] arriving = [.. waiting.Where(_ => random.Next(4) != 0), .. waiting.Where(_ => random.Next(4) == 0)];
            random.Shuffle(arriving);
            return arriving;
        }

        pair.Client.Endpoint.Start();
        for (int round = 0; round < 10 && !pair.BothConnected; round++)
        {
            pair.Exchange(Carrier);
            pair.FireTimers();
        }

        // The final flight may still have been lost on one side only: repeat it over a clean path.
        pair.FireTimers();
        pair.Exchange();
        Assert.True(pair.BothConnected);
    }

    [Fact]
    public void HandleTimeout_WhenNobodyEverAnswers_FailsInTheEnd()
    {
        using var pair = new DtlsPair();
        pair.Client.Endpoint.Start();
        for (int round = 0; round < 50 && pair.Client.Endpoint.State == DtlsState.Connecting; round++)
        {
            DtlsPair.FireTimer(pair.Client.Endpoint);
        }

        Assert.Equal(DtlsState.Failed, pair.Client.Endpoint.State);
        Assert.Equal(DtlsFailure.Timeout, pair.Client.Endpoint.Failure);
    }
}

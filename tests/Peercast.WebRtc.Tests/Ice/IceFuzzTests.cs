using System.Net;
using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Tests.Ice;

public sealed class IceFuzzTests
{
    [Fact]
    public void Receive_HostileDatagramsAndCandidates_NeverThrowsAndStaysBounded()
    {
        var random = new Random(20250104);
        TimeSpan now = TimeSpan.Zero;
        IPEndPoint localBase = IPEndPoint.Parse("127.0.0.1:5001");
        IceAgent agent = NewAgent(random, now, localBase);
        byte[] buffer = new byte[IceAgent.MaxDatagramLength];
        byte[] lastSent = new IceCheckBuilder { To = agent }.Request();
        int sent = 0, renewed = 0;
        for (int round = 0; round < 120_000; round++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(4));
            byte[] datagram = Make(random, agent, lastSent);
            agent.Receive(now, localBase, new IPEndPoint(IPAddress.Loopback, random.Next(1, 300)), datagram);
            if (random.Next(50) == 0)
            {
                agent.AddRemoteCandidate(now, new IceCandidateLine
                {
                    Foundation = $"{random.Next(5)}", Priority = (uint)random.Next(), Host = "127.0.0.1", Port = random.Next(1, 300),
                    Type = (IceCandidateType)random.Next(4),
                });
            }

            int atOnce = 0;
            while (agent.TryGetDatagram(buffer, out int length, out _, out _))
            {
                atOnce++;
                sent++;
                Assert.True(StunMessage.TryParse(buffer.AsSpan(0, length), out _));
                lastSent = buffer[..length];
            }

            // A response, a new check, a nomination, consent, and the retransmissions that fell due.
            Assert.InRange(atOnce, 0, 60);
            if (agent.NextDeadline <= now)
                agent.Tick(now);
            if (agent.State == IceState.Failed)
            {
                renewed++;
                agent = NewAgent(random, now, localBase);
            }
        }

        Assert.InRange(sent, 10_000, 400_000);
        Assert.InRange(renewed, 0, 50);
    }

    private static IceAgent NewAgent(Random random, TimeSpan now, IPEndPoint localBase)
    {
        var agent = new IceAgent(IceOptions.Create(random.NextBytes), random) { Controlling = random.Next(2) == 0 };
        agent.AddLocalHost(now, localBase);
        agent.SetRemoteCredentials(now, "browser", "0123456789012345678901");
        return agent;
    }

    private static byte[] Make(Random random, IceAgent agent, byte[] lastSent)
    {
        byte[] datagram;
        bool answerable = StunMessage.TryParse(lastSent, out StunMessage last) && last.Class == StunClass.Request;
        switch (random.Next(answerable ? 5 : 3))
        {
            case 0:
                datagram = new byte[random.Next(100)];
                random.NextBytes(datagram);
                return datagram;
            case 1 or 2:
                datagram = new IceCheckBuilder
                {
                    To = agent,
                    Id = new StunTransactionId((ulong)random.NextInt64(), 1),
                    Controlling = random.Next(2) == 0,
                    TieBreaker = (ulong)random.NextInt64(),
                    UseCandidate = random.Next(3) == 0,
                    Priority = random.Next(10) == 0 ? null : (uint)random.Next(),
                    Integrity = random.Next(10) != 0,
                    ExtraAttributes = random.Next(10) == 0 ? [(ushort)random.Next(ushort.MaxValue)] : [],
                }.Request();
                break;
            case 3:
                datagram = IceCheckBuilder.Success(lastSent, new IPEndPoint(random.Next(), 7), "0123456789012345678901");
                break;
            default:
                datagram = IceCheckBuilder.Error(lastSent, random.Next(2) == 0 ? 487 : 300 + random.Next(400), "0123456789012345678901");
                break;
        }

        if (random.Next(4) == 0)
            datagram[random.Next(datagram.Length)] ^= (byte)(1 << random.Next(8));
        return datagram;
    }
}

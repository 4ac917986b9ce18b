using System.Net;
using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Tests.Ice;

public sealed class IceAgentMessageTests
{
    private const string RemoteUfrag = "browser";
    private const string RemotePassword = "0123456789012345678901";
    private static readonly IPEndPoint Base = IPEndPoint.Parse("127.0.0.1:5001");
    private static readonly IPEndPoint Remote = IPEndPoint.Parse("127.0.0.1:6001");
    private TimeSpan _now = TimeSpan.FromSeconds(1);

    [Fact]
    public void Receive_CheckBeforeCredentials_AnswersWithTheSourceAndChecksBackOnceTheyAreKnown()
    {
        IceAgent agent = NewAgent();

        agent.Receive(_now, Base, Remote, new IceCheckBuilder { To = agent }.Request());

        byte[] response = Take(agent, Remote);
        Assert.True(StunMessage.TryParse(response, out StunMessage message));
        Assert.Equal(StunClass.Success, message.Class);
        Assert.True(message.VerifyIntegrity(System.Text.Encoding.UTF8.GetBytes(agent.LocalPassword)));
        Assert.True(message.TryGetMappedAddress(out IPEndPoint? mapped));
        Assert.Equal(Remote, mapped);
        AssertSilent(agent);

        agent.SetRemoteCredentials(_now, RemoteUfrag, RemotePassword);

        Assert.True(StunMessage.TryParse(Take(agent, Remote), out StunMessage check));
        Assert.Equal(StunClass.Request, check.Class);
        Assert.True(check.VerifyIntegrity(System.Text.Encoding.UTF8.GetBytes(RemotePassword)));
        Assert.True(check.TryGetAttribute(StunAttributeType.Username, out ReadOnlySpan<byte> username));
        Assert.Equal($"{RemoteUfrag}:{agent.LocalUfrag}", System.Text.Encoding.UTF8.GetString(username));
        Assert.True(check.TryGetPriority(out uint priority));
        Assert.Equal(IcePriority.OfCandidate(IceCandidateType.PeerReflexive, 65535), priority);
    }

    [Fact]
    public void IsPeer_OnlyAfterAnAuthenticCheck_IsTrue()
    {
        IceAgent agent = NewAgent();
        agent.AddRemoteCandidate(_now, Candidate(Remote.Port, 1000));
        agent.Receive(_now, Base, Remote, new IceCheckBuilder { To = agent, Key = "wrong" }.Request());
        Assert.False(agent.IsPeer(Base, Remote));

        agent.Receive(_now, Base, Remote, new IceCheckBuilder { To = agent }.Request());
        Assert.True(agent.IsPeer(Base, Remote));
        Assert.False(agent.IsPeer(Base, IPEndPoint.Parse("127.0.0.1:6002")));
        agent.Close();
        Assert.False(agent.IsPeer(Base, Remote));
    }

    [Theory]
    [InlineData("other:browser", null, true, 401)]
    [InlineData(null, "wrong", true, 401)]
    [InlineData(null, null, false, 400)]
    public void Receive_UnauthenticatedCheck_IsRefusedAndNotFollowed(string? username, string? key, bool integrity, int expected)
    {
        IceAgent agent = NewAgent();
        agent.SetRemoteCredentials(_now, RemoteUfrag, RemotePassword);
        byte[] request = new IceCheckBuilder { To = agent, Username = username, Key = key, Integrity = integrity }.Request();

        agent.Receive(_now, Base, Remote, request);

        byte[] response = Take(agent, Remote);
        Assert.Equal(expected, ErrorCode(response));
        Assert.InRange(response.Length, 1, request.Length);
        AssertSilent(agent);
    }

    [Fact]
    public void Receive_CheckWithUnknownRequiredAttribute_Is420_WithUnknownOptionalOneIsFine()
    {
        IceAgent agent = NewAgent();
        agent.Receive(_now, Base, Remote, new IceCheckBuilder { To = agent, ExtraAttributes = [0x7abc] }.Request());
        Assert.Equal(420, ErrorCode(Take(agent, Remote)));

        agent.Receive(_now, Base, Remote, new IceCheckBuilder { To = agent, ExtraAttributes = [0xC057, 0xC070] }.Request());
        Assert.True(StunMessage.TryParse(Take(agent, Remote), out StunMessage message));
        Assert.Equal(StunClass.Success, message.Class);
    }

    [Fact]
    public void Receive_CheckWithoutFingerprintOrAtAnUnknownBase_IsIgnored()
    {
        IceAgent agent = NewAgent();
        agent.Receive(_now, Base, Remote, new IceCheckBuilder { To = agent, Fingerprint = false }.Request());
        agent.Receive(_now, IPEndPoint.Parse("127.0.0.1:1"), Remote, new IceCheckBuilder { To = agent }.Request());
        AssertSilent(agent);
    }

    [Fact]
    public void Receive_SameRoleWithSmallerTieBreaker_IsToldToGiveWay()
    {
        IceAgent agent = NewAgent(controlling: true);
        agent.Receive(_now, Base, Remote, new IceCheckBuilder { To = agent, Controlling = true, TieBreaker = 0 }.Request());
        Assert.Equal(487, ErrorCode(Take(agent, Remote)));
        Assert.True(agent.Controlling);

        agent.Receive(_now, Base, Remote, new IceCheckBuilder { To = agent, Controlling = true, TieBreaker = ulong.MaxValue }.Request());
        Assert.True(StunMessage.TryParse(Take(agent, Remote), out StunMessage message));
        Assert.Equal(StunClass.Success, message.Class);
        Assert.False(agent.Controlling);
    }

    [Fact]
    public void Receive_RoleConflictResponse_SwitchesTheRoleOnceAuthenticated()
    {
        IceAgent agent = NewAgent(controlling: true);
        byte[] check = StartCheck(agent);
        agent.Receive(_now, Base, Remote, IceCheckBuilder.Error(check, 487, RemotePassword));
        Assert.False(agent.Controlling);

        _now += TimeSpan.FromMilliseconds(20);
        agent.Tick(_now);
        Assert.True(StunMessage.TryParse(Take(agent, Remote), out StunMessage again));
        Assert.True(again.TryGetRole(out bool controlling, out _));
        Assert.False(controlling);

        IceAgent careful = NewAgent(controlling: true);
        careful.Receive(_now, Base, Remote, IceCheckBuilder.Error(StartCheck(careful), 487, password: null));
        Assert.True(careful.Controlling);
    }

    [Fact]
    public void Receive_ResponseWithWrongIntegrity_ProvesNothing()
    {
        IceAgent agent = NewAgent();
        byte[] check = StartCheck(agent);

        agent.Receive(_now, Base, Remote, IceCheckBuilder.Success(check, Base, "another password entirely"));
        Assert.Equal(IceState.Checking, agent.State);
        agent.Receive(_now, Base, Remote, IceCheckBuilder.Success(check, Base, RemotePassword));
        Assert.Equal(IceState.Connected, agent.State);
    }

    [Fact]
    public void Receive_ResponseFromAnotherAddress_FailsThePair()
    {
        IceAgent agent = NewAgent();
        byte[] check = StartCheck(agent);

        agent.Receive(_now, Base, IPEndPoint.Parse("127.0.0.1:6002"), IceCheckBuilder.Success(check, Base, RemotePassword));
        agent.Receive(_now, Base, Remote, IceCheckBuilder.Success(check, Base, RemotePassword));

        Assert.Equal(IceState.Checking, agent.State);
        Assert.Null(agent.SelectedPair);
    }

    [Fact]
    public void Controlled_UseCandidateInTheFirstCheck_CompletesOnTheFirstResponse()
    {
        IceAgent agent = NewAgent();
        agent.SetRemoteCredentials(_now, RemoteUfrag, RemotePassword);
        agent.Receive(_now, Base, Remote, new IceCheckBuilder { To = agent, UseCandidate = true }.Request());
        Take(agent, Remote);
        byte[] check = Take(agent, Remote);
        Assert.Equal(IceState.Checking, agent.State);

        agent.Receive(_now, Base, Remote, IceCheckBuilder.Success(check, Base, RemotePassword));

        Assert.Equal(IceState.Completed, agent.State);
        Assert.Equal(Remote, agent.SelectedPair!.Remote);
    }

    [Fact]
    public void Controlled_SeveralPairsNominated_UsesTheBest()
    {
        IceAgent agent = NewAgent();
        agent.SetRemoteCredentials(_now, RemoteUfrag, RemotePassword);
        IPEndPoint better = IPEndPoint.Parse("127.0.0.1:6002");
        foreach ((IPEndPoint remote, uint priority) in new[] { (Remote, 100u), (better, 200u), (IPEndPoint.Parse("127.0.0.1:6003"), 50u) })
        {
            _now += TimeSpan.FromMilliseconds(20);
            agent.Receive(_now, Base, remote, new IceCheckBuilder { To = agent, UseCandidate = true, Priority = priority }.Request());
            Take(agent, remote);
            agent.Receive(_now, Base, remote, IceCheckBuilder.Success(Take(agent, remote), Base, RemotePassword));
        }

        Assert.Equal(better, agent.SelectedPair!.Remote);
    }

    [Fact]
    public void Controlling_BestPairValid_NominatesAtOnce()
    {
        IceAgent agent = NewAgent(controlling: true);
        byte[] check = StartCheck(agent);
        Assert.True(StunMessage.TryParse(check, out StunMessage plain));
        Assert.False(plain.HasUseCandidate);

        agent.Receive(_now, Base, Remote, IceCheckBuilder.Success(check, Base, RemotePassword));

        Assert.Equal(IceState.Connected, agent.State);
        byte[] nomination = Take(agent, Remote);
        Assert.True(StunMessage.TryParse(nomination, out StunMessage nominating));
        Assert.True(nominating.HasUseCandidate);
        agent.Receive(_now, Base, Remote, IceCheckBuilder.Success(nomination, Base, RemotePassword));
        Assert.Equal(IceState.Completed, agent.State);
    }

    [Fact]
    public void Controlling_BetterPairStillOpen_NominatesAfterTheSettleTime()
    {
        IceAgent agent = NewAgent(controlling: true);
        agent.AddRemoteCandidate(_now, Candidate(6002, 2000));
        byte[] check = StartCheck(agent);
        agent.Receive(_now, Base, Remote, IceCheckBuilder.Success(check, Base, RemotePassword));
        // The pair checked before it is the better one, and unanswered.
        Assert.Equal(IceState.Connected, agent.State);

        _now += TimeSpan.FromMilliseconds(49);
        agent.Tick(_now);
        AssertSilent(agent);
        Assert.Equal(_now + TimeSpan.FromMilliseconds(1), agent.NextDeadline);
        _now += TimeSpan.FromMilliseconds(1);
        agent.Tick(_now);

        Assert.True(StunMessage.TryParse(Take(agent, Remote), out StunMessage nomination));
        Assert.True(nomination.HasUseCandidate);
    }

    [Fact]
    public void AddRemoteCandidate_AThousand_KeepsPairsAndTrafficBounded()
    {
        IceAgent agent = NewAgent();
        agent.AddLocalHost(_now, IPEndPoint.Parse("127.0.0.2:5001"));
        agent.AddLocalHost(_now, IPEndPoint.Parse("127.0.0.3:5001"));
        agent.SetRemoteCredentials(_now, RemoteUfrag, RemotePassword);
        for (int i = 0; i < 1000; i++)
            agent.AddRemoteCandidate(_now, Candidate(7000 + i, (uint)i));

        var targets = new HashSet<(IPEndPoint, IPEndPoint)>();
        byte[] buffer = new byte[IceAgent.MaxDatagramLength];
        while (agent.NextDeadline is { } deadline && deadline < TimeSpan.FromSeconds(20))
        {
            _now = deadline;
            agent.Tick(_now);
            while (agent.TryGetDatagram(buffer, out _, out IPEndPoint? localBase, out IPEndPoint? remote))
                targets.Add((localBase, remote));
        }

        Assert.InRange(targets.Count, 50, 100);
    }

    [Fact]
    public void NewChecks_AreSpacedByThePacing()
    {
        IceAgent agent = NewAgent();
        agent.SetRemoteCredentials(_now, RemoteUfrag, RemotePassword);
        for (int i = 0; i < 5; i++)
            agent.AddRemoteCandidate(_now, new IceCandidateLine
            {
                Foundation = $"{i}", Priority = 1000, Host = "127.0.0.1", Port = 7000 + i, Type = IceCandidateType.Host,
            });

        var sentAt = new List<TimeSpan>();
        byte[] buffer = new byte[IceAgent.MaxDatagramLength];
        TimeSpan start = _now;
        while (_now < start + TimeSpan.FromMilliseconds(150))
        {
            while (agent.TryGetDatagram(buffer, out _, out _, out _))
                sentAt.Add(_now - start);
            _now = agent.NextDeadline!.Value;
            agent.Tick(_now);
        }

        Assert.Equal([0, 20, 40, 60, 80], sentAt.Select(time => time.TotalMilliseconds));
    }

    [Fact]
    public void SetRemoteCredentials_Others_Throws()
    {
        IceAgent agent = NewAgent();
        agent.SetRemoteCredentials(_now, RemoteUfrag, RemotePassword);
        agent.SetRemoteCredentials(_now, RemoteUfrag, RemotePassword);
        Assert.Throws<InvalidOperationException>(() => agent.SetRemoteCredentials(_now, "changed", RemotePassword));
    }

    [Fact]
    public void Create_Twice_GivesDifferentCredentialsOfIceChars()
    {
        IceOptions first = IceOptions.Create(), second = IceOptions.Create();
        Assert.NotEqual(first.LocalUfrag, second.LocalUfrag);
        Assert.NotEqual(first.LocalPassword, second.LocalPassword);
        Assert.Matches("^[A-Za-z0-9+/]{8}$", first.LocalUfrag);
        Assert.Matches("^[A-Za-z0-9+/]{24}$", first.LocalPassword);
    }

    private IceAgent NewAgent(bool controlling = false)
    {
        var agent = new IceAgent(IceOptions.Create(new Random(5).NextBytes), new Random(6)) { Controlling = controlling };
        agent.AddLocalHost(_now, Base);
        return agent;
    }

    private byte[] StartCheck(IceAgent agent)
    {
        agent.AddRemoteCandidate(_now, Candidate(Remote.Port, 1000));
        agent.SetRemoteCredentials(_now, RemoteUfrag, RemotePassword);
        byte[] buffer = new byte[IceAgent.MaxDatagramLength];
        for (int i = 0; i < 10; i++)
        {
            while (agent.TryGetDatagram(buffer, out int length, out _, out IPEndPoint? remote))
            {
                if (remote.Equals(Remote))
                    return buffer[..length];
            }

            _now += TimeSpan.FromMilliseconds(20);
            agent.Tick(_now);
        }

        throw new InvalidOperationException("The agent sent no check.");
    }

    private static IceCandidateLine Candidate(int port, uint priority) => new()
    {
        Foundation = $"f{port}", Priority = priority, Host = "127.0.0.1", Port = port, Type = IceCandidateType.Host,
    };

    private static byte[] Take(IceAgent agent, IPEndPoint expectedRemote)
    {
        byte[] buffer = new byte[IceAgent.MaxDatagramLength];
        Assert.True(agent.TryGetDatagram(buffer, out int length, out IPEndPoint? localBase, out IPEndPoint? remote));
        Assert.Equal(Base, localBase);
        Assert.Equal(expectedRemote, remote);
        return buffer[..length];
    }

    private static void AssertSilent(IceAgent agent) =>
        Assert.False(agent.TryGetDatagram(new byte[IceAgent.MaxDatagramLength], out _, out _, out _));

    private static int ErrorCode(byte[] response)
    {
        Assert.True(StunMessage.TryParse(response, out StunMessage message));
        Assert.Equal(StunClass.Error, message.Class);
        Assert.True(message.TryGetErrorCode(out int code));
        return code;
    }
}

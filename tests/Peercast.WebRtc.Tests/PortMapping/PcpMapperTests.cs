using System.Net;
using Peercast.WebRtc.PortMapping;

namespace Peercast.WebRtc.Tests.PortMapping;

public sealed class PcpMapperTests
{
    private static readonly IPEndPoint Client = IPEndPoint.Parse("192.168.1.7:5000");
    private static readonly IPEndPoint Gateway = IPEndPoint.Parse("192.168.1.1:5351");
    private readonly MapperOutbox _outbox = new();
    private readonly PcpMapper _mapper;
    private TimeSpan _now = TimeSpan.FromSeconds(100);

    public PcpMapperTests() => _mapper = new PcpMapper(Client, Gateway, _outbox, new Random(1).NextBytes);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_RouterAnswers_HoldsItsMappingAndRenewsItHalfWay(bool knowsPcp)
    {
        var router = new FakeRouter { KnowsPcp = knowsPcp };
        _mapper.Start(_now);
        Exchange(router);

        Assert.Equal(MapperState.Holding, _mapper.State);
        Assert.Equal(new MappedPort(new IPEndPoint(FakeRouter.External, 6000), TimeSpan.FromHours(1)), _mapper.Mapping);
        Assert.Equal(_now + TimeSpan.FromMinutes(30), _mapper.NextDeadline);

        router.ExternalPort = 6001;
        Advance(router);
        Assert.Equal(6001, _mapper.Mapping!.Value.External.Port);
        Assert.Equal([3600, 3600], router.Asked);
        _mapper.Stop();
        Exchange(router);
        Assert.Equal([3600, 3600, 0], router.Asked);
        Assert.Null(_mapper.Mapping);
    }

    [Fact]
    public void Receive_UnknownVersionSaidTwice_IsNoRefusal()
    {
        var router = new FakeRouter { KnowsPcp = false };
        _mapper.Start(_now);
        Assert.True(_outbox.TryTakeDatagram(out (byte[] Bytes, IPEndPoint To) request));
        _mapper.Receive(_now, Gateway, router.Answer(request.Bytes)!);
        _mapper.Receive(_now, Gateway, router.Answer(request.Bytes)!);
        Exchange(router);
        Assert.Equal(MapperState.Holding, _mapper.State);
    }

    [Fact]
    public void Start_NobodyAnswers_FailsWithinFourSeconds()
    {
        TimeSpan start = _now;
        _mapper.Start(_now);
        int sent = 0;
        while (_mapper.State == MapperState.Asking)
        {
            while (_outbox.TryTakeDatagram(out (byte[] Bytes, IPEndPoint To) datagram))
            {
                Assert.Equal(Gateway, datagram.To);
                sent++;
            }

            _now = _mapper.NextDeadline!.Value;
            _mapper.Tick(_now);
        }

        Assert.Equal(MapperState.Failed, _mapper.State);
        Assert.Equal(4, sent);
        Assert.InRange(_now - start, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));
        Assert.Null(_mapper.NextDeadline);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_RouterRefuses_Fails(bool knowsPcp)
    {
        _mapper.Start(_now);
        Exchange(new FakeRouter { KnowsPcp = knowsPcp, Result = 2 });
        Assert.Equal(MapperState.Failed, _mapper.State);
        Assert.Null(_mapper.Mapping);
    }

    [Theory]
    [InlineData(0u, 0)]
    [InlineData(1u, 60)]
    [InlineData(uint.MaxValue, 43_200)]
    public void Start_OddLifetime_NeitherFloodsNorForgets(uint lifetime, int renewsAfterSeconds)
    {
        _mapper.Start(_now);
        Exchange(new FakeRouter { Lifetime = lifetime });
        Assert.Equal(renewsAfterSeconds == 0 ? null : _now + TimeSpan.FromSeconds(renewsAfterSeconds), _mapper.NextDeadline);
    }

    [Fact]
    public void Renewal_RouterSilent_KeepsTheMappingToItsEndAndAsksSeldom()
    {
        _mapper.Start(_now);
        Exchange(new FakeRouter());
        TimeSpan madeAt = _now;
        int sent = 0;
        while (_mapper.State != MapperState.Failed)
        {
            Assert.NotNull(_mapper.Mapping);
            _now = _mapper.NextDeadline!.Value;
            _mapper.Tick(_now);
            while (_outbox.TryTakeDatagram(out _))
                sent++;
        }

        Assert.InRange(_now - madeAt, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(62));
        Assert.InRange(sent, 8, 60);
        Assert.Null(_mapper.Mapping);
    }

    [Fact]
    public void Receive_FromAnotherMachineOrWithAnotherNonce_HasNoEffect()
    {
        _mapper.Start(_now);
        Assert.True(_outbox.TryTakeDatagram(out (byte[] Bytes, IPEndPoint To) request));
        byte[] answer = new FakeRouter().Answer(request.Bytes)!;
        _mapper.Receive(_now, IPEndPoint.Parse("192.168.1.66:5351"), answer);
        byte[] forged = [.. answer];
        forged[24] ^= 1;
        _mapper.Receive(_now, Gateway, forged);
        Assert.Equal(MapperState.Asking, _mapper.State);
        _mapper.Receive(_now, Gateway, answer);
        Assert.Equal(MapperState.Holding, _mapper.State);
    }

    private void Exchange(FakeRouter router)
    {
        while (_outbox.TryTakeDatagram(out (byte[] Bytes, IPEndPoint To) datagram))
        {
            if (router.Answer(datagram.Bytes) is { } answer)
                _mapper.Receive(_now, Gateway, answer);
        }
    }

    private void Advance(FakeRouter router)
    {
        _now = _mapper.NextDeadline!.Value;
        _mapper.Tick(_now);
        Exchange(router);
    }
}

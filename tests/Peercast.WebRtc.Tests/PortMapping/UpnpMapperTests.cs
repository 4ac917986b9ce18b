using System.Net;
using System.Text;
using Peercast.WebRtc.PortMapping;

namespace Peercast.WebRtc.Tests.PortMapping;

public sealed class UpnpMapperTests
{
    private const string Location = "http://192.168.1.1:5000/root.xml";
    private static readonly IPEndPoint Client = IPEndPoint.Parse("192.168.1.7:4000");
    private static readonly IPEndPoint Router = IPEndPoint.Parse("192.168.1.1:1900");
    private readonly MapperOutbox _outbox = new();
    private readonly UpnpMapper _mapper;
    private TimeSpan _now = TimeSpan.FromSeconds(100);

    public UpnpMapperTests() => _mapper = new UpnpMapper(Client, SsdpMessage.Group, _outbox, new Random(1));

    [Fact]
    public void Start_GatewayAnswers_MapsAndRenewsAndRemoves()
    {
        MapperCall asksAddress = Describe();
        Assert.Equal("\"urn:schemas-upnp-org:service:WANIPConnection:1#GetExternalIPAddress\"", asksAddress.Action);
        Assert.Equal("http://192.168.1.1:5000/ctl", asksAddress.Address.AbsoluteUri);
        MapperCall maps = Answer(asksAddress, UpnpSamples.Address("203.0.113.5"))!;
        Assert.Contains("<NewInternalClient>192.168.1.7</NewInternalClient>", maps.Body, StringComparison.Ordinal);
        Assert.Contains("<NewExternalPort>4000</NewExternalPort><NewProtocol>UDP</NewProtocol>", maps.Body, StringComparison.Ordinal);
        Assert.Contains("<NewLeaseDuration>3600</NewLeaseDuration>", maps.Body, StringComparison.Ordinal);
        Assert.Null(Answer(maps, UpnpSamples.Mapped));
        Assert.Equal(IPEndPoint.Parse("203.0.113.5:4000"), _mapper.Mapping!.Value.External);

        _now += TimeSpan.FromMinutes(30);
        _mapper.Tick(_now);
        Assert.Null(Answer(Answer(_outbox.TakeCall()!, UpnpSamples.Address("203.0.113.6"))!, UpnpSamples.Mapped));
        Assert.Equal(IPEndPoint.Parse("203.0.113.6:4000"), _mapper.Mapping!.Value.External);

        _mapper.Stop();
        Assert.Contains("DeletePortMapping", _outbox.TakeCall()!.Action, StringComparison.Ordinal);
    }

    [Fact]
    public void AddPortMapping_PortTaken_TriesOthersAndThenGivesUp()
    {
        MapperCall? call = Answer(Describe(), UpnpSamples.Address("203.0.113.5"));
        var bodies = new HashSet<string>();
        while (call is not null)
        {
            Assert.True(bodies.Add(call.Body));
            call = Answer(call, UpnpSamples.Error(718), status: 500);
        }

        Assert.Equal(5, bodies.Count);
        Assert.Equal(MapperState.Failed, _mapper.State);
    }

    [Fact]
    public void AddPortMapping_OnlyPermanentOnes_AsksForOneOfThese()
    {
        MapperCall maps = Answer(Describe(), UpnpSamples.Address("203.0.113.5"))!;
        MapperCall again = Answer(maps, UpnpSamples.Error(725), status: 500)!;
        Assert.Contains("<NewLeaseDuration>0</NewLeaseDuration>", again.Body, StringComparison.Ordinal);
        Assert.Null(Answer(again, UpnpSamples.Mapped));
        Assert.Equal(MapperState.Holding, _mapper.State);
        Assert.NotNull(_mapper.NextDeadline);
    }

    [Theory]
    [InlineData("http://198.51.100.9/root.xml")]
    [InlineData("https://192.168.1.1/root.xml")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://router/root.xml")]
    public void Receive_DescriptionElsewhere_IsNotAskedFor(string location)
    {
        _mapper.Start(_now);
        _mapper.Receive(_now, Router, Encoding.ASCII.GetBytes(UpnpSamples.Found(location)));
        Assert.Null(_outbox.TakeCall());
    }

    [Theory]
    [InlineData("http://198.51.100.9/ctl")]
    [InlineData("//198.51.100.9/ctl")]
    public void Answered_ServiceElsewhere_Fails(string control)
    {
        Assert.Null(Answer(Find(), UpnpSamples.Description(control)));
        Assert.Equal(MapperState.Failed, _mapper.State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("239.1.1.1")]
    [InlineData("nowhere")]
    public void Answered_NoUsableAddress_Fails(string address)
    {
        Assert.Null(Answer(Describe(), UpnpSamples.Address(address)));
        Assert.Equal(MapperState.Failed, _mapper.State);
    }

    [Fact]
    public void Start_NobodyAnswers_SearchesThreeTimesAndFails()
    {
        _mapper.Start(_now);
        int searches = 0;
        while (_mapper.State == MapperState.Asking)
        {
            while (_outbox.TryTakeDatagram(out (byte[] Bytes, IPEndPoint To) datagram))
            {
                Assert.Equal(IPEndPoint.Parse("239.255.255.250:1900"), datagram.To);
                searches++;
            }

            _now = _mapper.NextDeadline!.Value;
            _mapper.Tick(_now);
        }

        Assert.Equal(3, searches);
        Assert.Equal(MapperState.Failed, _mapper.State);
    }

    [Fact]
    public void Mapper_WithoutPcp_FallsBackToUpnpAndStartsOverMuchLater()
    {
        var mapper = new PortMapper(Client, IPEndPoint.Parse("192.168.1.1:5351"), SsdpMessage.Group, new Random(1), new Random(2).NextBytes);
        TimeSpan start = _now, lastSent = _now;
        bool searched = false, startedOver = false;
        mapper.Tick(_now);
        while (!startedOver)
        {
            while (mapper.Outbox.TryTakeDatagram(out (byte[] Bytes, IPEndPoint To) datagram))
            {
                bool isPcp = datagram.To.Port == 5351;
                startedOver |= isPcp && searched;
                searched |= !isPcp;
                Assert.True(startedOver || _now - start < TimeSpan.FromSeconds(15));
            }

            Assert.True(mapper.NextDeadline > _now || startedOver);
            _now = startedOver ? _now : mapper.NextDeadline!.Value;
            mapper.Tick(_now);
        }

        Assert.InRange(_now - start, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11));
        mapper.Stop();
        Assert.Null(mapper.NextDeadline);
    }

    private MapperCall Find()
    {
        _mapper.Start(_now);
        _mapper.Receive(_now, Router, Encoding.ASCII.GetBytes(UpnpSamples.Found(Location)));
        MapperCall call = _outbox.TakeCall()!;
        Assert.Equal(Location, call.Address.AbsoluteUri);
        Assert.Null(call.Action);
        return call;
    }

    private MapperCall Describe() => Answer(Find(), UpnpSamples.Description("/ctl"))!;

    private MapperCall? Answer(MapperCall call, string body, int status = 200)
    {
        _mapper.Answered(_now, call, status, body);
        return _outbox.TakeCall();
    }
}

using System.Net;
using System.Text;
using Peercast.WebRtc.PortMapping;

namespace Peercast.WebRtc.Tests.PortMapping;

public sealed class PortMappingFuzzTests
{
    private static readonly IPEndPoint Client = IPEndPoint.Parse("192.168.1.7:4000");
    private static readonly IPEndPoint Gateway = IPEndPoint.Parse("192.168.1.1:5351");

    [Fact]
    public void Mappers_HostileDatagrams_NeverThrowAndStayQuiet()
    {
        var random = new Random(20250612);
        TimeSpan now = TimeSpan.Zero;
        var mapper = new PortMapper(Client, Gateway, SsdpMessage.Group, random, random.NextBytes);
        mapper.Tick(now);
        byte[] lastRequest = [2, 1];
        int sent = 0, held = 0;
        for (int round = 0; round < 200_000; round++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(100));
            mapper.Receive(now, random.Next(4) == 0 ? new IPEndPoint(Gateway.Address, 1900) : Gateway, Make(random, lastRequest));
            if (mapper.NextDeadline <= now)
                mapper.Tick(now);
            while (mapper.Outbox.TryTakeDatagram(out (byte[] Bytes, IPEndPoint To) datagram))
            {
                lastRequest = datagram.Bytes;
                sent++;
            }

            while (mapper.Outbox.TakeCall() is { } call)
                mapper.Answered(now, call, random.Next(3) == 0 ? 200 : 500, Text(random));
            held += mapper.Mapping is null ? 0 : 1;
        }

        // In these 10,000 s of nonsense at ten datagrams a second.
        Assert.InRange(sent, 10, 20_000);
        Assert.InRange(held, 1, 199_000);
    }

    [Fact]
    public void Documents_RandomAndMutated_NeverThrowAndStayAtTheGateway()
    {
        var random = new Random(20250613);
        var location = new Uri("http://192.168.1.1:5000/root.xml");
        int read = 0;
        for (int round = 0; round < 50_000; round++)
        {
            string text = Text(random);
            if (UpnpDescription.TryRead(text, location, out UpnpService? service))
            {
                read++;
                Assert.Equal("192.168.1.1", service!.Control.Host);
            }

            _ = SoapMessage.TryReadElement(text, "NewExternalIPAddress");
            if (SsdpMessage.TryReadLocation(Encoding.Latin1.GetBytes(text), Gateway.Address, out Uri? found))
                Assert.Equal("192.168.1.1", found!.Host);
        }

        Assert.InRange(read, 100, 49_000);
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>")]
    [InlineData("<a xmlns:x=\"1\"><x:service></a>")]
    [InlineData("")]
    public void TryRead_NotADescription_IsRefused(string text) =>
        Assert.False(UpnpDescription.TryRead(text, new Uri("http://192.168.1.1/"), out _));

    [Fact]
    public void TryRead_DeepOrLong_IsRefused()
    {
        var location = new Uri("http://192.168.1.1/");
        string deep = string.Concat(Enumerable.Repeat("<a>", 1000));
        Assert.False(UpnpDescription.TryRead(deep, location, out _));
        Assert.False(UpnpDescription.TryRead(UpnpSamples.Description("/c") + new string(' ', UpnpDescription.MaxLength), location, out _));
        Assert.True(UpnpDescription.TryRead(UpnpSamples.Description("/c"), location, out _));
    }

    private static byte[] Make(Random random, byte[] lastRequest)
    {
        byte[] datagram = random.Next(6) switch
        {
            0 => new byte[random.Next(80)],
            1 => Encoding.Latin1.GetBytes(Text(random)),
            _ => new FakeRouter
            {
                KnowsPcp = random.Next(3) != 0, Result = (byte)random.Next(3), Lifetime = (uint)random.Next(600), ExternalPort = random.Next(65536),
            }.Answer(lastRequest.Length < 12 ? [0, 0] : lastRequest) ?? [],
        };
        if (datagram.Length > 0 && random.Next(2) == 0)
            datagram[random.Next(datagram.Length)] = (byte)random.Next(256);
        return random.Next(5) == 0 ? datagram[..random.Next(datagram.Length + 1)] : datagram;
    }

    private static string Text(Random random)
    {
        var text = new StringBuilder(random.Next(4) switch
        {
            0 => UpnpSamples.Found("http://192.168.1.1:5000/root.xml"),
            1 => UpnpSamples.Address("203.0.113.5"),
            2 => UpnpSamples.Error(718),
            _ => UpnpSamples.Description("/ctl"),
        });
        for (int mutations = random.Next(3); mutations > 0; mutations--)
        {
            int at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0: text[at] = (char)random.Next(1, 256); break;
                case 1: text.Remove(at, Math.Min(random.Next(1, 30), text.Length - at)); break;
                case 2: text.Insert(at, "<>&\"/:&amp;<a>"[random.Next(14)]); break;
                default: text.Insert(at, text.ToString(at, Math.Min(20, text.Length - at))); break;
            }

            if (text.Length == 0)
                text.Append(' ');
        }

        return text.ToString();
    }
}

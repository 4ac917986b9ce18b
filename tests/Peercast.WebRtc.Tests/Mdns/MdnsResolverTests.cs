using System.Net;
using Peercast.WebRtc.Mdns;

namespace Peercast.WebRtc.Tests.Mdns;

public sealed class MdnsResolverTests
{
    private static readonly IPAddress V4 = IPAddress.Parse("192.168.1.7");
    private readonly MdnsResolver _resolver = new();
    private readonly TimeSpan _start = TimeSpan.FromSeconds(50);

    [Fact]
    public void Resolve_Answered_GivesTheAddressAndFallsIdle()
    {
        _resolver.Resolve(_start, MdnsSamples.Name.ToUpperInvariant());
        Assert.Equal([new MdnsQuestion(MdnsSamples.Name, MdnsRecordType.A), new MdnsQuestion(MdnsSamples.Name, MdnsRecordType.Aaaa)], Questions());

        _resolver.Receive(_start, MdnsSamples.Response("11111111-1111-4222-8333-abcdefabcdef.local", V4));
        Assert.False(_resolver.TryGetResult(out _));
        _resolver.Receive(_start, MdnsSamples.Response(MdnsSamples.Name, V4));

        Assert.True(_resolver.TryGetResult(out MdnsResult result));
        Assert.Equal(MdnsSamples.Name, result.Name);
        Assert.Equal([V4], result.Addresses);
        Assert.True(_resolver.IsIdle);
        Assert.Null(_resolver.NextDeadline);
    }

    [Fact]
    public void Resolve_NobodyAnswers_AsksThreeTimesAndEnds()
    {
        _resolver.Resolve(_start, MdnsSamples.Name);
        var asked = new List<double>();
        TimeSpan now = _start;
        while (!_resolver.IsIdle)
        {
            if (Questions().Count > 0)
                asked.Add((now - _start).TotalSeconds);
            if (_resolver.TryGetResult(out MdnsResult result))
            {
                Assert.Empty(result.Addresses);
                continue;
            }

            Assert.True(_resolver.NextDeadline > now);
            now = _resolver.NextDeadline.Value;
            _resolver.Tick(now);
        }

        Assert.Equal([0, 1, 3], asked);
        Assert.Equal(TimeSpan.FromSeconds(7), now - _start);
    }

    [Fact]
    public void Resolve_TheSameNameTwice_IsOneLookup()
    {
        _resolver.Resolve(_start, MdnsSamples.Name);
        _resolver.Resolve(_start, MdnsSamples.Name);
        Assert.Equal(2, Questions().Count);
    }

    [Fact]
    public void Resolve_AThousandNames_StaysBounded()
    {
        for (int i = 0; i < 1000; i++)
            _resolver.Resolve(_start, $"{i:x8}-1111-4222-8333-abcdefabcdef.local");

        Assert.Equal(MdnsResolver.MaxLookups * 2, Questions().Count);
        int refused = 0;
        while (_resolver.TryGetResult(out _))
            refused++;
        Assert.Equal(1000 - MdnsResolver.MaxLookups, refused);
    }

    [Fact]
    public void Resolve_AnotherKindOfName_AsksNobody()
    {
        _resolver.Resolve(_start, "printer.local");
        Assert.Empty(Questions());
        Assert.True(_resolver.TryGetResult(out MdnsResult result));
        Assert.Empty(result.Addresses);
    }

    private List<MdnsQuestion> Questions()
    {
        var questions = new List<MdnsQuestion>();
        while (_resolver.TryGetQuestion(out MdnsQuestion question))
            questions.Add(question);
        return questions;
    }
}

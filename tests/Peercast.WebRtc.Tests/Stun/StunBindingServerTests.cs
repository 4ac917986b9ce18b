using System.Net;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Tests.Stun;

public sealed class StunBindingServerTests
{
    private static readonly byte[] Plain = Convert.FromHexString("000100002112a442000102030405060708090a0b");
    private readonly byte[] _response = new byte[StunBindingServer.MaxResponseLength];

    [Theory]
    [InlineData("203.0.113.9:4711")]
    [InlineData("[2001:db8::9]:4711")]
    public void TryRespond_PlainRequest_TellsTheSourceAddress(string source)
    {
        Assert.True(StunBindingServer.TryRespond(Plain, IPEndPoint.Parse(source), _response, out int length));

        Assert.True(StunMessage.TryParse(_response.AsSpan(0, length), out StunMessage message));
        Assert.Equal(StunClass.Success, message.Class);
        Assert.Equal(new StunTransactionId(0x0001020304050607, 0x08090a0b), message.TransactionId);
        Assert.False(message.HasFingerprint);
        Assert.True(message.TryGetMappedAddress(out IPEndPoint? mapped));
        Assert.Equal(IPEndPoint.Parse(source), mapped);
        Assert.InRange(length, 1, Plain.Length * 22 / 10);
    }

    [Fact]
    public void TryRespond_RequestWithFingerprint_AnswersWithFingerprint()
    {
        Assert.True(StunBindingServer.TryRespond(
            StunTestVectors.Request, IPEndPoint.Parse("[::ffff:203.0.113.9]:1"), _response, out int length));

        Assert.True(StunMessage.TryParse(_response.AsSpan(0, length), out StunMessage message));
        Assert.True(message.HasFingerprint);
        Assert.True(message.TryGetMappedAddress(out IPEndPoint? mapped));
        Assert.Equal(IPEndPoint.Parse("203.0.113.9:1"), mapped);
    }

    [Fact]
    public void TryRespond_UnknownRequiredAttribute_NamesIt()
    {
        byte[] request = Convert.FromHexString("000100082112a442000102030405060708090a0b" + "7abc000301020300");

        Assert.True(StunBindingServer.TryRespond(request, IPEndPoint.Parse("203.0.113.9:1"), _response, out int length));

        Assert.True(StunMessage.TryParse(_response.AsSpan(0, length), out StunMessage message));
        Assert.Equal(StunClass.Error, message.Class);
        Assert.True(message.TryGetErrorCode(out int code));
        Assert.Equal(420, code);
        Assert.True(message.TryGetAttribute(StunAttributeType.UnknownAttributes, out ReadOnlySpan<byte> types));
        Assert.Equal([0x7a, 0xbc], types.ToArray());
    }

    [Fact]
    public void TryRespond_NotABindingRequest_IsSilent()
    {
        IPEndPoint from = IPEndPoint.Parse("203.0.113.9:1");
        Assert.False(StunBindingServer.TryRespond(StunTestVectors.ResponseV4, from, _response, out _));
        Assert.False(StunBindingServer.TryRespond(Plain.AsSpan(0, 19), from, _response, out _));
        Assert.False(StunBindingServer.TryRespond([], from, _response, out _));
        byte[] allocate = [.. Plain];
        allocate[1] = 3;
        Assert.False(StunBindingServer.TryRespond(allocate, from, _response, out _));
    }
}

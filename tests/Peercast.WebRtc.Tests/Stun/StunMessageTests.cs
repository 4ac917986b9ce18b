using System.Net;
using System.Security.Cryptography;
using System.Text;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Tests.Stun;

public sealed class StunMessageTests
{
    private static readonly byte[] Key = Encoding.UTF8.GetBytes(StunTestVectors.Password);

    [Fact]
    public void TryParse_Rfc5769Request_ReadsAndVerifiesAll()
    {
        Assert.True(StunMessage.TryParse(StunTestVectors.Request, out StunMessage message));

        Assert.Equal(StunClass.Request, message.Class);
        Assert.Equal(StunMessage.BindingMethod, message.Method);
        Assert.Equal(new StunTransactionId(0xb7e7a701bc34d686, 0xfa87dfae), message.TransactionId);
        Assert.True(message.HasFingerprint);
        Assert.True(message.TryGetAttribute(StunAttributeType.Software, out ReadOnlySpan<byte> software));
        Assert.Equal("STUN test client", Encoding.UTF8.GetString(software));
        Assert.True(message.TryGetAttribute(StunAttributeType.Username, out ReadOnlySpan<byte> username));
        Assert.Equal("evtj:h6vY", Encoding.UTF8.GetString(username));
        Assert.True(message.TryGetPriority(out uint priority));
        Assert.Equal(0x6e0001ffu, priority);
        Assert.True(message.TryGetRole(out bool controlling, out ulong tieBreaker));
        Assert.False(controlling);
        Assert.Equal(0x932ff9b151263b36ul, tieBreaker);
        Assert.False(message.HasUseCandidate);
        Assert.True(message.VerifyIntegrity(Key));
        Assert.False(message.VerifyIntegrity("VOkJxbRl1RmTxUk/WvJxBu"u8));
    }

    [Fact]
    public void TryParse_Rfc5769Responses_ReadTheMappedAddress()
    {
        Assert.True(StunMessage.TryParse(StunTestVectors.ResponseV4, out StunMessage v4));
        Assert.Equal(StunClass.Success, v4.Class);
        Assert.True(v4.VerifyIntegrity(Key));
        Assert.True(v4.TryGetMappedAddress(out IPEndPoint? endPoint));
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:32853"), endPoint);

        Assert.True(StunMessage.TryParse(StunTestVectors.ResponseV6, out StunMessage v6));
        Assert.True(v6.VerifyIntegrity(Key));
        Assert.True(v6.TryGetMappedAddress(out endPoint));
        Assert.Equal(IPEndPoint.Parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853"), endPoint);
    }

    [Fact]
    public void TryParse_Rfc5769LongTermRequest_VerifiesWithTheDerivedKey()
    {
        Assert.True(StunMessage.TryParse(StunTestVectors.LongTermRequest, out StunMessage message));

        Assert.False(message.HasFingerprint);
#pragma warning disable CA5351 // RFC 8489 section 9.2.2 derives the long-term key so.
        Assert.True(message.VerifyIntegrity(MD5.HashData(Encoding.UTF8.GetBytes("マトリックス:example.org:TheMatrIX"))));
#pragma warning restore CA5351
    }

    [Fact]
    public void TryParse_AnyOneBitFlipped_NeverVerifiesAsBefore()
    {
        byte[] original = StunTestVectors.Request;
        for (int bit = 0; bit < original.Length * 8; bit++)
        {
            byte[] copy = [.. original];
            copy[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.False(StunMessage.TryParse(copy, out StunMessage message) && message.HasFingerprint && message.VerifyIntegrity(Key));
        }
    }

    [Fact]
    public void TryGetAttribute_AfterMessageIntegrity_IsInvisible()
    {
        byte[] buffer = new byte[128];
        var builder = new StunMessageBuilder(buffer, StunClass.Request, new StunTransactionId(1, 2));
        builder.AddPriority(7);
        builder.AddMessageIntegrity(Key);
        builder.AddUseCandidate();
        builder.AddFingerprint();

        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, builder.Length), out StunMessage message));
        Assert.True(message.VerifyIntegrity(Key));
        Assert.True(message.TryGetPriority(out _));
        Assert.False(message.HasUseCandidate);
    }

    [Theory]
    [InlineData(StunClass.Request, 0x001)]
    [InlineData(StunClass.Indication, 0x001)]
    [InlineData(StunClass.Success, 0x0ff)]
    [InlineData(StunClass.Error, 0x0a3)]
    internal void Builder_ClassAndMethod_RoundTrip(StunClass messageClass, ushort method)
    {
        byte[] buffer = new byte[64];
        var builder = new StunMessageBuilder(buffer, messageClass, new StunTransactionId(1, 2), method);

        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, builder.Length), out StunMessage message));
        Assert.Equal(messageClass, message.Class);
        Assert.Equal(method, message.Method);
    }

    [Fact]
    public void Builder_AllAttributes_RoundTrip()
    {
        byte[] buffer = new byte[512];
        var builder = new StunMessageBuilder(buffer, StunClass.Error, new StunTransactionId(ulong.MaxValue, 5));
        builder.AddUsername("abc:de");
        builder.AddSoftware("x");
        builder.AddPriority(0x80000001);
        builder.AddRole(controlling: true, 0x8899AABBCCDDEEFF);
        builder.AddUseCandidate();
        builder.AddErrorCode(487, "Role Conflict");
        builder.AddUnknownAttributes([0x7001, 0x7002, 0x7003]);
        builder.AddXorMappedAddress(IPEndPoint.Parse("[::ffff:10.1.2.3]:65535"));
        builder.AddMessageIntegrity(Key);
        builder.AddFingerprint();

        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, builder.Length), out StunMessage message));
        Assert.True(message.HasFingerprint && message.HasUseCandidate && message.VerifyIntegrity(Key));
        Assert.True(message.TryGetRole(out bool controlling, out ulong tieBreaker));
        Assert.True(controlling);
        Assert.Equal(0x8899AABBCCDDEEFFul, tieBreaker);
        Assert.True(message.TryGetErrorCode(out int code));
        Assert.Equal(487, code);
        Assert.True(message.TryGetAttribute(StunAttributeType.UnknownAttributes, out ReadOnlySpan<byte> unknown));
        Assert.Equal([0x70, 1, 0x70, 2, 0x70, 3], unknown.ToArray());
        Assert.True(message.TryGetMappedAddress(out IPEndPoint? endPoint));
        Assert.Equal(IPEndPoint.Parse("10.1.2.3:65535"), endPoint);
    }

    [Fact]
    public void TryReadUsernameFragment_OfACheck_IsThePartBeforeTheColon()
    {
        Assert.True(StunMessage.TryReadUsernameFragment(StunTestVectors.Request, out ReadOnlySpan<byte> fragment));
        Assert.Equal("evtj", Encoding.UTF8.GetString(fragment));
        Assert.False(StunMessage.TryReadUsernameFragment(StunTestVectors.ResponseV4, out _));
        Assert.False(StunMessage.TryReadUsernameFragment(StunTestVectors.LongTermRequest, out _));
        Assert.False(StunMessage.TryReadUsernameFragment(StunTestVectors.Request.AsSpan(0, 70), out _));
    }
}

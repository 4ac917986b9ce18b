using System.Net;
using System.Text;
using Peercast.WebRtc.Mdns;

namespace Peercast.WebRtc.Tests.Mdns;

public sealed class MdnsMessageTests
{
    private static readonly IPAddress V4 = IPAddress.Parse("192.168.1.7");
    private static readonly IPAddress V6 = IPAddress.Parse("2001:db8::7");

    [Fact]
    public void WriteQuery_AddressRecord_IsOneQuestionByMulticast()
    {
        byte[] query = new byte[MdnsMessage.MaxQueryLength];
        int length = MdnsMessage.WriteQuery(query, MdnsSamples.Name, MdnsRecordType.Aaaa);

        Assert.Equal(MdnsMessage.MaxQueryLength, length);
        Assert.Equal([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 36, .. Encoding.ASCII.GetBytes(MdnsSamples.Name[..36]), 5, .. "local"u8, 0, 0, 28, 0, 1], query);
    }

    [Fact]
    public void TryReadAddresses_BothFamiliesAndACompressedName_GivesThem()
    {
        var addresses = new List<MdnsAddress>();
        Assert.True(MdnsMessage.TryReadAddresses(MdnsSamples.Response(MdnsSamples.Name.ToUpperInvariant(), V4, V6), addresses));
        Assert.Equal([new MdnsAddress(MdnsSamples.Name, V4), new MdnsAddress(MdnsSamples.Name, V6)], addresses);
    }

    [Fact]
    public void TryReadAddresses_AmongOtherSectionsAndTypes_FindsTheAddress()
    {
        // A question, a TXT record as the answer, and the address among the additional records.
        byte[] name = MdnsSamples.Encode(MdnsSamples.Name);
        byte[] message =
        [
            0, 0, 0x84, 0, 0, 1, 0, 1, 0, 0, 0, 1,
            .. name, 0, 16, 0, 1,
            0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 120, 0, 3, 2, 65, 66,
            0xC0, 12, 0, 1, 0x80, 1, 0, 0, 0, 120, 0, 4, 10, 1, 2, 3,
        ];
        var addresses = new List<MdnsAddress>();
        Assert.True(MdnsMessage.TryReadAddresses(message, addresses));
        Assert.Equal([new MdnsAddress(MdnsSamples.Name, IPAddress.Parse("10.1.2.3"))], addresses);
    }

    [Fact]
    public void TryReadAddresses_Goodbye_TellsNothing()
    {
        var addresses = new List<MdnsAddress>();
        Assert.True(MdnsMessage.TryReadAddresses(MdnsSamples.Response(MdnsSamples.Name, timeToLive: 0, V4), addresses));
        Assert.Empty(addresses);
    }

    [Theory]
    [InlineData(2, 0x00)] // a query
    [InlineData(3, 0x03)] // an error
    [InlineData(7, 0xFF)] // more records than there are bytes
    [InlineData(12, 0xC0)] // a pointer to itself
    [InlineData(12, 0x80)] // a label of an unknown kind
    public void TryReadAddresses_Malformed_IsRefused(int at, byte value)
    {
        byte[] message = MdnsSamples.Response(MdnsSamples.Name, V4);
        message[at] = value;
        if (value == 0xC0)
            message[13] = 12;
        Assert.False(MdnsMessage.TryReadAddresses(message, []));
    }

    [Fact]
    public void TryReadAddresses_CutAnywhere_IsRefused()
    {
        byte[] message = MdnsSamples.Response(MdnsSamples.Name, V4, V6);
        for (int length = 0; length < message.Length; length++)
            Assert.False(MdnsMessage.TryReadAddresses(message.AsSpan(0, length), []), $"{length} bytes");
    }

    [Fact]
    public void TryReadAddresses_RandomAndMutated_NeverThrowsAndStaysBounded()
    {
        var random = new Random(20250611);
        byte[][] originals =
        [
            MdnsSamples.Response(MdnsSamples.Name, V4, V6),
            MdnsSamples.Response("a.b.c.d.e.f.local", [.. Enumerable.Repeat(V6, 40)]),
            [0, 0, 0x84, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 97, 0xC0, 12, 0xC0, 14, 0, 1, 0, 1],
        ];
        int accepted = 0;
        var addresses = new List<MdnsAddress>();
        for (int round = 0; round < 200_000; round++)
        {
            byte[] message = [.. originals[random.Next(originals.Length)]];
            for (int mutations = random.Next(6); mutations > 0; mutations--)
                message[random.Next(message.Length)] = (byte)(random.Next(3) == 0 ? 0xC0 : random.Next(256));
            if (random.Next(4) == 0)
                message = message[..random.Next(message.Length)];
            addresses.Clear();
            accepted += MdnsMessage.TryReadAddresses(message, addresses) ? 1 : 0;
            if (addresses.Count > MdnsMessage.MaxAddresses || addresses.Exists(address => address.Name.Length > 255))
                Assert.Fail($"Unbounded: {Convert.ToHexString(message)}");
        }

        Assert.InRange(accepted, 1_000, 190_000);
    }

    [Theory]
    [InlineData(MdnsSamples.Name, true)]
    [InlineData("0D1E2F30-1111-4222-8333-ABCDEFABCDEF.LOCAL", true)]
    [InlineData("printer.local", false)]
    [InlineData("0d1e2f30-1111-4222-8333-abcdefabcdef.example.local", false)]
    [InlineData("{d1e2f30-1111-4222-8333-abcdefabcdef.local", false)]
    [InlineData("192.168.1.7", false)]
    public void IsValid_OnlyABrowsersName(string host, bool expected) => Assert.Equal(expected, MdnsName.IsValid(host));
}

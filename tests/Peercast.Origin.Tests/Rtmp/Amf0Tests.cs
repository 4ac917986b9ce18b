using System.Buffers;
using Peercast.Origin.Rtmp;

namespace Peercast.Origin.Tests.Rtmp;

public sealed class Amf0Tests
{
    [Fact]
    public void TryRead_Written_IsTheSame()
    {
        object?[] values = ["connect", 1.5, true, false, null, "", new Dictionary<string, object?> { ["app"] = "live", ["nested"] = new Dictionary<string, object?> { ["n"] = -1.0 } }];
        var output = new ArrayBufferWriter<byte>();
        foreach (object? value in values)
        {
            Amf0Writer.Write(output, value);
        }

        var reader = new Amf0Reader(output.WrittenSpan);
        foreach (object? value in values)
        {
            Assert.True(reader.TryRead(out object? read));
            Assert.Equivalent(value, read, strict: true);
        }

        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [InlineData("060D", null)]
    [InlineData("05", null)]
    [InlineData("0C0000000161", "a")]
    [InlineData("0F0000000161", "a")]
    public void TryRead_RareTypes_AreRead(string hex, object? expected)
    {
        var reader = new Amf0Reader(Convert.FromHexString(hex));
        Assert.True(reader.TryRead(out object? value));
        Assert.Equal(expected, value);
    }

    [Fact]
    public void TryRead_ArraysDatesAndTypedObjects_AreRead()
    {
        // ECMA array {a: true}; strict array [null, 1]; date 0; typed object C {b: false}.
        var reader = new Amf0Reader(Convert.FromHexString(
            "08000000FF0001610101000009" + "0A0000000205003FF0000000000000" + "0B00000000000000000000" + "10000143" + "0001620100000009"));
        Assert.True(reader.TryRead(out object? ecma));
        Assert.Equal(true, Assert.IsType<Dictionary<string, object?>>(ecma)["a"]);
        Assert.True(reader.TryRead(out object? strict));
        Assert.Equal([null, 1.0], Assert.IsType<List<object?>>(strict));
        Assert.True(reader.TryRead(out object? date));
        Assert.Equal(0.0, date);
        Assert.True(reader.TryRead(out object? typed));
        Assert.Equal(false, Assert.IsType<Dictionary<string, object?>>(typed)["b"]);
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("020005616263")]
    [InlineData("0300016101")]
    [InlineData("0CFFFFFFFF61")]
    [InlineData("0AFFFFFFFF0505")]
    [InlineData("070000")]
    [InlineData("11")]
    public void TryRead_Malformed_IsRefused(string hex)
    {
        var reader = new Amf0Reader(Convert.FromHexString(hex));
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void TryRead_TooDeepOrTooMany_IsRefused()
    {
        var deep = new Amf0Reader([.. Enumerable.Repeat(new byte[] { 10, 0, 0, 0, 1 }, 10_000).SelectMany(b => b)]);
        Assert.False(deep.TryRead(out _));
        var many = new Amf0Reader([10, 0, 1, 0, 0, .. Enumerable.Repeat((byte)5, 65_536)]);
        Assert.False(many.TryRead(out _));
    }

    [Fact]
    public void TryRead_RandomAndMutatedBytes_NeverThrows()
    {
        var output = new ArrayBufferWriter<byte>();
        Amf0Writer.Write(output, new Dictionary<string, object?> { ["app"] = "live", ["n"] = 1.0, ["o"] = new Dictionary<string, object?> { ["b"] = true, ["z"] = null } });
        byte[] good = output.WrittenSpan.ToArray();
        var random = new Random(9);
        int read = 0;
        for (int i = 0; i < 200_000; i++)
        {
            byte[] bytes;
            if (i % 2 == 0)
            {
                bytes = new byte[random.Next(60)];
                random.NextBytes(bytes);
                if (bytes.Length > 0)
                {
                    bytes[0] = (byte)random.Next(18);
                }
            }
            else
            {
                bytes = [.. good];
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var reader = new Amf0Reader(bytes);
            while (!reader.IsAtEnd && reader.TryRead(out _))
            {
                read++;
            }
        }

        Assert.InRange(read, 50_000, int.MaxValue);
    }
}

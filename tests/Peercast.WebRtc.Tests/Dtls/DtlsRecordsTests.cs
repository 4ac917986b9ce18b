using Peercast.WebRtc.Dtls;

namespace Peercast.WebRtc.Tests.Dtls;

public sealed class DtlsRecordsTests
{
    [Theory]
    [InlineData(22, 0xFE, 0, 1, 1)]
    [InlineData(20, 0xFE, 0, 1, 1)]
    [InlineData(23, 0xFE, 1, 24, 24)]
    public void AcceptableLength_OfARecordThatCanBeOurs_IsAllOfIt(byte type, byte major, ushort epoch, int announced, int held)
    {
        byte[] record = Record(type, major, epoch, announced, held);
        Assert.Equal(record.Length, DtlsRecords.AcceptableLength(record, out int records));
        Assert.Equal(1, records);
    }

    [Theory]
    [InlineData(19, 0xFE, 0, 1, 1)]
    [InlineData(24, 0xFE, 0, 1, 1)]
    [InlineData(22, 0x03, 0, 1, 1)]
    [InlineData(22, 0xFE, 2, 40, 40)]
    [InlineData(22, 0xFE, 0, 2, 1)]
    [InlineData(23, 0xFE, 1, 23, 23)]
    [InlineData(23, 0xFE, 1, 18433, 18433)]
    public void AcceptableLength_OfARecordThatCannotBeOurs_IsNothing(byte type, byte major, ushort epoch, int announced, int held) =>
        Assert.Equal(0, DtlsRecords.AcceptableLength(Record(type, major, epoch, announced, held), out _));

    [Fact]
    public void AcceptableLength_OfGoodRecordsBeforeABadOne_EndsBeforeIt()
    {
        byte[] good = Record(23, 0xFE, 1, 30, 30);
        Assert.Equal(2 * good.Length, DtlsRecords.AcceptableLength([.. good, .. good, .. Record(23, 0xFE, 1, 3, 3)], out int records));
        Assert.Equal(2, records);
        Assert.Equal(good.Length, DtlsRecords.AcceptableLength([.. good, 23, 0xFE], out _));
    }

    private static byte[] Record(byte type, byte major, ushort epoch, int announced, int held)
    {
        byte[] record = new byte[13 + held];
        record[0] = type;
        record[1] = major;
        record[2] = 0xFD;
        record[4] = (byte)epoch;
        record[11] = (byte)(announced >> 8);
        record[12] = (byte)announced;
        return record;
    }
}

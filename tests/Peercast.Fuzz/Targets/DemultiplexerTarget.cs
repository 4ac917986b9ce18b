using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Peercast.Fuzz.Engine;
using Peercast.WebRtc.Driver;
using Peercast.WebRtc.Dtls;
using Peercast.WebRtc.Stun;

namespace Peercast.Fuzz.Targets;

/// <summary>
/// What one read brings from a socket (RFC 7983, section 7): whose it is, and how much of it is DTLS records. The first two bytes of
/// an input are the length of the datagrams that the system has put together.
/// </summary>
internal sealed class DemultiplexerTarget : FuzzTarget, IPacketTarget, IDisposable
{
    private const int Head = 2;
    private readonly Demultiplexer _demultiplexer = new();
    private readonly DatagramSocket _socket;
    private readonly ReceivedBatch _batch;
    private readonly SocketAddress _source = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 4000).Serialize();
    private int _stun, _dtls, _records;

    public DemultiplexerTarget()
        : base("demultiplexer", "demultiplexer")
    {
        _socket = new DatagramSocket(0, new IPEndPoint(IPAddress.Loopback, 0), 65_536, 65_536, useSegmentOffload: false, _demultiplexer);
        _batch = new ReceivedBatch(_socket.Number, AddressFamily.InterNetwork);
        _demultiplexer.TryAddFragment("one", this);
        _demultiplexer.AddTransaction(new StunTransactionId(1, 2), this);
        _demultiplexer.TryAddPath(PathKey.From(_socket.Number, _source), this);
    }

    public override int MaxLength => 4096;

    // Looking up allocates nothing; only what the batch remembers grows to its size once.
    public override long MaxAllocation => 128 * 1024;

    public override int LeastOutcomes => 15;

    public void Dispose() => _socket.Dispose();

    // Datagrams of a few equal lengths, most of which begin as STUN or DTLS does.
    public override void Repair(Random random, Span<byte> input)
    {
        if (input.Length < Head || random.Next(4) == 0)
            return;
        int segment = random.Next(3) == 0 ? random.Next(1, 300) : input.Length;
        BinaryPrimitives.WriteUInt16BigEndian(input, (ushort)segment);
        if (segment == input.Length)
            return;
        for (int at = Head; at < input.Length; at += segment)
            input[at] = (byte)(random.Next(4) == 0 ? random.Next(64) : random.Next(20, 24));
    }

    public override int Run(ReadOnlySpan<byte> input)
    {
        (_stun, _dtls, _records) = (0, 0, 0);
        if (input.Length <= Head)
            return 0;
        int segment = Math.Max(1, (int)BinaryPrimitives.ReadUInt16BigEndian(input));
        ReadOnlySpan<byte> read = input[Head..];
        _batch.Clear();
        read.CopyTo(_batch.Room);
        _source.Buffer[.._source.Size].CopyTo(_batch.NextSource.Buffer);
        _batch.NextSource.Size = _source.Size;
        _batch.Commit(read.Length, segment);
        int entries = _demultiplexer.Count;
        _demultiplexer.DatagramsReceived(_socket, _batch);
        BrokenClaimException.Unless(_demultiplexer.Count == entries, "a datagram leaves no entry behind");
        BrokenClaimException.Unless(_stun + _dtls <= _batch.Count, "no datagram comes twice");
        return (Math.Min(_stun, 3) * 64) + (Math.Min(_dtls, 7) * 8) + Math.Min(_records, 7) + (Math.Min(_batch.Count, 3) * 256);
    }

    void IPacketTarget.StunReceived(DatagramSocket socket, SocketAddress source, ReadOnlySpan<byte> datagram)
    {
        _stun++;
        BrokenClaimException.Unless(StunMessage.LooksLikeStun(datagram), "STUN messages look like it");
        bool isOurs = Demultiplexer.IsStunResponse(datagram)
            ? StunTransactionId.Read(datagram[8..]) == new StunTransactionId(1, 2)
            : StunMessage.TryReadUsernameFragment(datagram, out ReadOnlySpan<byte> fragment) && fragment.SequenceEqual("one"u8);
        BrokenClaimException.Unless(isOurs, "STUN messages come to whom they name");
    }

    void IPacketTarget.DtlsReceived(ReceivedBatch batch, int first, int end)
    {
        BrokenClaimException.Unless(first < end && end <= batch.Count, "a run of datagrams lies within what was read");
        for (int i = first; i < end; i++)
        {
            _dtls++;
            BrokenClaimException.Unless(batch[i][0] is >= 20 and <= 63, "DTLS records begin with 20 to 63");
            int length = DtlsRecords.AcceptableLength(batch[i], out int records);
            BrokenClaimException.Unless(length >= records * 13 && length <= batch[i].Length, "records lie within their datagram");
            _records += records;
        }
    }

    void IPacketTarget.PathTaken() => throw new BrokenClaimException("Nobody takes the path.");
}

using System.Net;
using System.Text;
using Peercast.WebRtc.Driver;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class DemultiplexerTests : IDisposable
{
    private readonly Demultiplexer _demultiplexer = new();
    private readonly DatagramSocket _socket;
    private readonly Target _one = new();
    private readonly Target _other = new();
    private readonly SocketAddress _source = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 4000).Serialize();

    public DemultiplexerTests() =>
        _socket = new DatagramSocket(3, new IPEndPoint(IPAddress.Loopback, 0), 65536, 65536, true, _demultiplexer);

    public void Dispose() => _socket.Dispose();

    [Fact]
    public void DatagramReceived_StunRequest_GoesToTheFragmentItNames()
    {
        Assert.True(_demultiplexer.TryAddFragment("one", _one));
        Assert.True(_demultiplexer.TryAddFragment("other", _other));
        Assert.False(_demultiplexer.TryAddFragment("one", _other));
        Receive(Request("other:peer"));
        Receive(Request("nobody:peer"));
        Assert.Equal(0, _one.Stun);
        Assert.Equal(1, _other.Stun);
    }

    [Fact]
    public void DatagramReceived_StunResponse_GoesToWhoSentTheRequest()
    {
        var id = new StunTransactionId(1, 2);
        _demultiplexer.AddTransaction(id, _one);
        Receive(Response(id));
        Receive(Response(new StunTransactionId(1, 3)));
        Assert.Equal(1, _one.Stun);
        _demultiplexer.RemoveTransaction(id, _other);
        Receive(Response(id));
        Assert.Equal(2, _one.Stun);
        _demultiplexer.RemoveTransaction(id, _one);
        Receive(Response(id));
        Assert.Equal(2, _one.Stun);
    }

    [Fact]
    public void DatagramReceived_Dtls_GoesToWhoHasTheAddress()
    {
        PathKey path = PathKey.From(3, _source);
        Receive([[22, 0xFE]]);
        Assert.True(_demultiplexer.TryAddPath(path, _one));
        Assert.True(_demultiplexer.TryAddPath(path, _one));
        Assert.False(_demultiplexer.TryAddPath(path, _other));
        Receive([[22, 0xFE]]);
        Assert.Same(_one, _demultiplexer.TakePath(path, _other));
        Assert.Null(_demultiplexer.TakePath(path, _other));
        Receive([[22, 0xFE]]);
        _demultiplexer.RemovePath(path, _one);
        Receive([[22, 0xFE]]);
        Assert.Equal(1, _one.Dtls);
        Assert.Equal(2, _other.Dtls);
    }

    [Fact]
    public void DatagramsReceived_SeveralOfOneConnection_ComeInOneRunUntilAnotherKind()
    {
        _demultiplexer.TryAddPath(PathKey.From(3, _source), _one);
        _demultiplexer.TryAddFragment("one", _one);
        Receive([22, 0xFE], [23, 0xFE], Request("one:peer"), [23, 0xFE]);
        Assert.Equal(3, _one.Dtls);
        Assert.Equal(2, _one.DtlsRuns);
        Assert.Equal(1, _one.Stun);
    }

    [Fact]
    public void DatagramReceived_FromAnotherAddressPortOrSocket_IsDropped()
    {
        _demultiplexer.TryAddPath(PathKey.From(3, new IPEndPoint(IPAddress.Parse("192.0.2.7"), 4001).Serialize()), _one);
        _demultiplexer.TryAddPath(PathKey.From(3, new IPEndPoint(IPAddress.Parse("192.0.2.8"), 4000).Serialize()), _one);
        _demultiplexer.TryAddPath(PathKey.From(4, _source), _one);
        Receive([[22, 0xFE]]);
        Assert.Equal(0, _one.Dtls);
    }

    [Fact]
    public void From_IPv6Addresses_TellsHalvesApart()
    {
        string[] addresses = ["2001:db8::1", "2001:db8::2", "2001:db8:1::1", "::1"];
        Assert.Equal(4, addresses.Select(text => PathKey.From(0, new IPEndPoint(IPAddress.Parse(text), 5).Serialize())).Distinct().Count());
    }

    private static byte[] Request(string username)
    {
        byte[] buffer = new byte[200];
        var builder = new StunMessageBuilder(buffer, StunClass.Request, new StunTransactionId(7, 7));
        builder.AddUsername(username);
        return buffer[..builder.Length];
    }

    private static byte[] Response(StunTransactionId id)
    {
        byte[] buffer = new byte[200];
        var builder = new StunMessageBuilder(buffer, StunClass.Success, id);
        return buffer[..builder.Length];
    }

    private void Receive(params byte[][] datagrams) => _demultiplexer.DatagramsReceived(_socket, _source, datagrams);

    private sealed class Target : IPacketTarget
    {
        public int Stun { get; private set; }

        public int Dtls { get; private set; }

        public void StunReceived(DatagramSocket socket, SocketAddress source, ReadOnlySpan<byte> datagram) => Stun++;

        public int DtlsRuns { get; private set; }

        public void DtlsReceived(ReceivedBatch batch, int first, int end)
        {
            Dtls += end - first;
            DtlsRuns++;
        }

        public void PathTaken() => throw new InvalidOperationException("Nobody takes it.");
    }
}

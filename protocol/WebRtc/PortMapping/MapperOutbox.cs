using System.Net;

namespace Peercast.WebRtc.PortMapping;

/// <summary>An HTTP request to a gateway.</summary>
/// <param name="Address">At the gateway.</param>
/// <param name="Action">The SOAPACTION of a POST; <see langword="null"/>: a GET.</param>
/// <param name="Body">What a POST carries.</param>
internal sealed record MapperCall(Uri Address, string? Action, string Body);

/// <summary>What a mapper has the driver send.</summary>
internal sealed class MapperOutbox
{
    private readonly Queue<(byte[] Bytes, IPEndPoint To)> _datagrams = new();
    private readonly Queue<MapperCall> _calls = new();

    public void Send(ReadOnlySpan<byte> datagram, IPEndPoint to) => _datagrams.Enqueue((datagram.ToArray(), to));

    public void Call(MapperCall call) => _calls.Enqueue(call);

    /// <summary>Takes the next datagram, to be sent from the address that the mapping is for.</summary>
    public bool TryTakeDatagram(out (byte[] Bytes, IPEndPoint To) datagram) => _datagrams.TryDequeue(out datagram);

    /// <summary>Takes the next request; its outcome goes to <see cref="PortMapper.Answered"/>.</summary>
    public MapperCall? TakeCall() => _calls.TryDequeue(out MapperCall? call) ? call : null;
}

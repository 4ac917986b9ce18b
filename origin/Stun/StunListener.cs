using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Peercast.Origin.Limits;
using Peercast.WebRtc.Stun;

namespace Peercast.Origin.Stun;

/// <summary>Answers STUN binding requests on a UDP port, so that viewers learn the address others see them by.</summary>
internal sealed partial class StunListener(
    IOptions<PeercastOriginOptions> options, OriginReadiness readiness, TimeProvider time, ILogger<StunListener> logger)
    : SocketListener(readiness, SocketType.Dgram, "STUN", options.Value.Listen, options.Value.StunPort, nameof(PeercastOriginOptions.StunPort))
{
    // A binding request with every attribute that one may have; longer datagrams are cut off and then are no STUN.
    private const int MaxRequest = 1500;

    // A viewer asks once or twice per neighbor while it connects; a household or an office may share an address.
    private const double Burst = 200;
    private const double Rate = 50;
    private const int Addresses = 16 * 1024;

    // When the socket fails for a reason of its own, not to try again at full speed.
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);

    private readonly AddressRateLimiter _limiter = new(Burst, Rate, Addresses);

    /// <inheritdoc/>
    protected override void Listening(IPEndPoint? endPoint) => LogListening(endPoint);

    /// <inheritdoc/>
    protected override async Task ServeAsync(Socket socket)
    {
        byte[] request = new byte[MaxRequest];
        byte[] response = new byte[StunBindingServer.MaxResponseLength];
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        long start = time.GetTimestamp();
        while (true)
        {
            try
            {
                SocketReceiveFromResult received = await socket.ReceiveFromAsync(request, SocketFlags.None, any, Stopping);
                var from = (IPEndPoint)received.RemoteEndPoint;
                if (_limiter.TryTake(time.GetElapsedTime(start), from.Address)
                    && StunBindingServer.TryRespond(request.AsSpan(0, received.ReceivedBytes), from, response, out int length))
                {
                    await socket.SendToAsync(response.AsMemory(0, length), SocketFlags.None, from, Stopping);
                }
            }
            catch (Exception e) when (IsEnd(e))
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.MessageSize or SocketError.ConnectionReset
                or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.AccessDenied)
            {
                // About that one datagram, or that one sender.
            }
            catch (SocketException e)
            {
                LogFailed(e.Message);
                await Task.Delay(Retry, time, CancellationToken.None);
            }
        }
    }
}

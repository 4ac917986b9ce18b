using System.Net;
using Peercast.Protocol.Transport;
using Peercast.WebRtc;
using Peercast.WebRtc.Native;

namespace Peercast.Player.Session;

/// <summary>Connections to neighbors over our own WebRTC stack; another library would go in its place here.</summary>
internal static class WebRtcConnections
{
    /// <summary>Makes the factory of one viewer.</summary>
    /// <exception cref="PlayerException">OpenSSL is missing, or no socket can be opened.</exception>
    public static IPeerConnectionFactory Create(PeerEnvironment environment)
    {
        try
        {
            return new PeerConnectionFactory(new PeerConnectionFactoryOptions
            {
                // Viewers of an origin on this machine need no other address to reach each other.
                BindAddresses = environment.LoopbackOnly ? [IPAddress.Loopback] : null,
                StunServers = environment.StunServers,
                MapPorts = environment.MapPorts && !environment.LoopbackOnly,
            });
        }
        catch (OpenSslMissingException e)
        {
            throw new PlayerException(ExitCode.MissingDependency, e.Message, e);
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw new PlayerException(ExitCode.LocalResource, $"No UDP socket can be opened for neighbors ({e.Message}); --no-p2p watches from the origin alone.", e);
        }
    }
}

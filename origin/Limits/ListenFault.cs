using System.Net;
using System.Net.Sockets;

namespace Peercast.Origin.Limits;

/// <summary>Why a port cannot be opened, in one line that names the option to change.</summary>
internal static class ListenFault
{
    /// <summary>Makes the exception that ends the start.</summary>
    /// <param name="what">The listener's name for people.</param>
    /// <param name="option">Its port's option.</param>
    /// <param name="endPoint">Where it should listen.</param>
    /// <param name="fault">What the system said.</param>
    public static OriginStartException Of(string what, string option, IPEndPoint endPoint, SocketException fault)
    {
        string reason = fault.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => $"port {endPoint.Port} is taken by another program. Stop that one, or set Peercast:{option} to another port (0 turns {what} off).",
            SocketError.AccessDenied => $"port {endPoint.Port} may not be opened by this user. Set Peercast:{option} to a port above 1023.",
            SocketError.AddressNotAvailable => $"this machine has no address {endPoint.Address}. Set Peercast:Listen to one of its own.",
            _ => $"{endPoint} cannot be opened ({fault.Message}). See Peercast:Listen and Peercast:{option}.",
        };
        return new OriginStartException($"{what}: {reason}", fault);
    }
}

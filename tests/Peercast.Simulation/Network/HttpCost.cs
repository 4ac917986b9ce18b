namespace Peercast.Simulation.Network;

/// <summary>What a part of an HTTP reply costs on the line beyond itself.</summary>
internal static class HttpCost
{
    /// <summary>Over TLS and TCP: 40 bytes of headers on 1,460.</summary>
    public static int Of(int bytes) => bytes + (((bytes + 1459) / 1460) * 40);
}

using System.Net;

namespace Peercast.WebRtc.PortMapping;

/// <summary>What a router has promised: datagrams that come to its outer address are passed on to a socket of ours.</summary>
/// <param name="External">The outer address and port.</param>
/// <param name="Lifetime">How long it holds unless it is renewed.</param>
internal readonly record struct MappedPort(IPEndPoint External, TimeSpan Lifetime);

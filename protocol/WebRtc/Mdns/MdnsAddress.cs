using System.Net;

namespace Peercast.WebRtc.Mdns;

/// <summary>One address record of a response.</summary>
/// <param name="Name">In lower case, without a dot at the end.</param>
/// <param name="Address">What the name stands for.</param>
internal readonly record struct MdnsAddress(string Name, IPAddress Address);

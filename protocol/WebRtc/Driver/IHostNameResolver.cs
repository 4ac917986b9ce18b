using System.Net;

namespace Peercast.WebRtc.Driver;

/// <summary>Finds the addresses behind the names that a peer's candidates may have in place of an address.</summary>
internal interface IHostNameResolver : IDisposable
{
    /// <summary>Looks a name up. Returns at once.</summary>
    /// <param name="name">As the candidate has it.</param>
    /// <param name="resolved">Called once with the addresses, on a thread of the resolver, unless there are none.</param>
    void Resolve(string name, Action<IReadOnlyList<IPAddress>> resolved);
}

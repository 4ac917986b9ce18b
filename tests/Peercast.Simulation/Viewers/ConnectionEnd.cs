using System.Globalization;
using Peercast.Protocol.Swarm;

namespace Peercast.Simulation.Viewers;

/// <summary>One end of a connection: where a message is sent to, and by what name it is known there.</summary>
/// <param name="Actor">The viewer.</param>
/// <param name="Id">That viewer's own name for the connection: it finds it by an index.</param>
internal readonly record struct ConnectionEnd(int Actor, NeighborId Id)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static ConnectionEnd Parse(string text)
    {
        string[] parts = text.Split(':');
        return new ConnectionEnd(int.Parse(parts[0], CultureInfo.InvariantCulture), new NeighborId(int.Parse(parts[1], CultureInfo.InvariantCulture)));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Actor}:{Id.Value}");
}

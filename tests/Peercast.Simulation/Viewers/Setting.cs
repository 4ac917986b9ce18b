using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Simulation.Engines;
using Peercast.Simulation.Media;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Viewers;

/// <summary>What all viewers of a run share.</summary>
/// <param name="Broadcast">What they watch.</param>
/// <param name="Paths">Who can reach whom, and how fast.</param>
/// <param name="Options">How their engines are set; the upload limit is each viewer's own.</param>
/// <param name="CreateEngine">Makes a viewer's engine.</param>
/// <param name="Verifier">Checks batches and chunks.</param>
/// <param name="OriginActor">The origin.</param>
/// <param name="TrackerActor">The tracker.</param>
/// <param name="Seed">Of all chance in the run.</param>
/// <param name="WarmUp">Figures count from here on.</param>
internal sealed record Setting(
    Broadcast Broadcast,
    Paths Paths,
    SwarmOptions Options,
    EngineFactory CreateEngine,
    SharedVerifier Verifier,
    int OriginActor,
    int TrackerActor,
    int Seed,
    TimeSpan WarmUp)
{
    /// <summary>The origin may let viewers wait before they join.</summary>
    public bool HasQueue { get; init; }

    /// <summary>The swarm, as the tracker wants it named.</summary>
    public string Swarm { get; } = SwarmId.Derive(Broadcast.Fingerprint, Broadcast.Rendition).ToString();
}

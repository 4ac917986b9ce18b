using Peercast.Protocol.Chunks;
using Peercast.Protocol.Swarm;

namespace Peercast.Simulation.Engines;

/// <summary>Makes the engine of one viewer.</summary>
/// <param name="options">The scenario's latency and the viewer's upload limit; engines take from it what they know.</param>
/// <param name="verifier">Checks batches and chunks.</param>
/// <param name="random">The viewer's chance.</param>
internal delegate IViewerEngine EngineFactory(SwarmOptions options, IContentVerifier verifier, Random random);

using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>A neighbor's accepted request that waits to be served.</summary>
internal readonly record struct UploadRequest(Neighbor Neighbor, uint Id, ChunkId Chunk, int Length, TimeSpan Deadline);

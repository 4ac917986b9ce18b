using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tracker;

/// <summary>What the tracker wants done: a message to send, or, when there is none, a connection to close.</summary>
/// <param name="Connection">On which connection.</param>
/// <param name="Message">What to send; <c>null</c>: close the connection, after what was sent before.</param>
internal readonly record struct TrackerCommand(long Connection, SignalingMessage? Message);

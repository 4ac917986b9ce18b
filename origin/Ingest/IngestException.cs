namespace Peercast.Origin.Ingest;

/// <summary>An input cannot be taken; the message is one line for the publisher.</summary>
internal sealed class IngestException(string message, Exception? inner = null) : Exception(message, inner);

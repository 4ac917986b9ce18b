namespace Peercast.Origin.Ingest;

/// <summary>An input cannot be taken; the message is one line for the publisher.</summary>
internal sealed class IngestException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The input was taken for a while and may be sent again; otherwise it is no good.</summary>
    public bool Interrupted { get; init; }
}

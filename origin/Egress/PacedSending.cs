namespace Peercast.Origin.Egress;

/// <summary>A reply with media on its way through the <see cref="EgressGate"/>.</summary>
internal sealed class PacedSending(EgressGate gate, PacedReply? reply) : IDisposable
{
    /// <summary>Waits until the next bytes may be sent.</summary>
    /// <param name="bytes">How many: a chunk.</param>
    /// <param name="cancellation">The viewer is gone.</param>
    public ValueTask TurnAsync(int bytes, CancellationToken cancellation) => gate.TurnAsync(reply, bytes, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (reply is not null)
        {
            gate.Close(reply);
        }
    }
}

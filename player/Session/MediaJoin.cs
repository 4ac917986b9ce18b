using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Player.Session;

/// <summary>
/// Takes the origin's one reply that begins (or moves) playback and feeds it to the engine frame by frame, so that the
/// first part is on its way to the screen while the rest still arrives.
/// </summary>
internal sealed class MediaJoin(Participation participation, OriginClient origin)
{
    private readonly List<ReadOnlyMemory<byte>> _batches = [];
    private bool _begun;

    /// <summary>When to try again, if the channel is full; <see langword="null"/>: it is not.</summary>
    public JoinTurn? Turn { get; private set; }

    /// <summary>Joins the media.</summary>
    /// <param name="at">Near which chunk; <see langword="null"/>: at the target latency behind the live edge.</param>
    /// <param name="begin">Tells the engine which chunk comes first.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="ticket">The place in the queue that the last answer gave; <see langword="null"/>: none yet.</param>
    /// <returns><see langword="false"/> when the origin had nothing to play, or the channel is full.</returns>
    /// <exception cref="PlayerException">The origin went away before the first chunk, or its media is not signed by the channel's key.</exception>
    public async Task<bool> RunAsync(ChunkId? at, Action<SwarmSession, TimeSpan, ChunkId> begin, CancellationToken cancellation, string? ticket = null)
    {
        int? latency = participation.Plan.OwnLatency ? (int)participation.Plan.Options.TargetLatency.TotalMilliseconds : null;
        try
        {
            Turn = await origin.JoinAsync(latency, at, ticket, frame => Handle(frame, begin), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException or InvalidDataException)
        {
            // Once playback has begun the engine fetches what is missing; before, there is nothing to go on with.
            if (!_begun)
            {
                throw new PlayerException(
                    ExitCode.OriginUnreachable, $"The origin {origin.Address.Authority} went away before the first media ({e.Message}): try again.", e);
            }
        }
        finally
        {
            participation.Driver.Run((session, now) => session.SetJoining(now, isJoining: false));
        }

        return _begun;
    }

    private void Handle(JoinFrame frame, Action<SwarmSession, TimeSpan, ChunkId> begin)
    {
        switch (frame.Kind)
        {
            case JoinFrameKind.Init:
                participation.Pump.OfferInit((int)frame.Id, frame.Payload);
                break;
            case JoinFrameKind.Batch:
                _batches.Add(frame.Payload);
                break;
            case JoinFrameKind.Chunk:
                var id = new ChunkId(frame.Id);
                if (!_begun)
                {
                    participation.Driver.Run((session, now) =>
                    {
                        session.SetJoining(now, isJoining: true);
                        begin(session, now, id);
                        AddBatches(session, now);
                    });
                    _begun = true;
                }

                participation.Driver.AddOriginChunk(id, frame.Payload);
                break;
        }
    }

    private void AddBatches(SwarmSession session, TimeSpan now)
    {
        bool any = false;
        foreach (ReadOnlyMemory<byte> batch in _batches)
        {
            any |= session.AddOriginBatch(now, batch.Span);
        }

        if (!any)
        {
            throw new PlayerException(ExitCode.Untrusted, "The origin's media is not signed with the channel's key: nothing was played.");
        }
    }
}

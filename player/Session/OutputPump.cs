using System.Threading.Channels;
using Peercast.Player.Playback;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Session;

/// <summary>
/// Carries chunks in order from the swarm engine to the media output, each behind the init segment that its batch
/// names. An output that blocks holds up only this pump; the engine bounds how far ahead of playback it delivers.
/// </summary>
internal sealed class OutputPump(IMediaOutput output, OriginClient origin)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<int, ReadOnlyMemory<byte>> _inits = [];
    private int _current = -1;

    /// <summary>Adds an init segment that came with the join; used only where its hash is the one a batch names.</summary>
    public void OfferInit(int index, ReadOnlyMemory<byte> bytes)
    {
        lock (_inits)
        {
            _inits[index] = bytes;
        }
    }

    /// <summary>Queues a chunk.</summary>
    public void Deliver(ChunkInfo chunk, SignedBatch batch, ReadOnlyMemory<byte> bytes) =>
        _items.Writer.TryWrite(new Item(chunk, batch.Batch, bytes, default));

    /// <summary>Queues the loss of some chunks.</summary>
    public void Skip(ChunkRange lost) => _items.Writer.TryWrite(new Item(default, null, default, lost));

    /// <summary>Nothing more will come.</summary>
    public void Complete() => _items.Writer.TryComplete();

    /// <summary>Runs until <see cref="Complete"/> or the end of a recorded channel.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (Item item in _items.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            if (item.Batch is not { } batch)
            {
                output.OnSkip(item.Lost);
                continue;
            }

            if (batch.InitIndex != _current)
            {
                output.OnInit(batch.InitIndex, await GetInitAsync(batch, cancellation).ConfigureAwait(false));
                _current = batch.InitIndex;
            }

            output.OnChunk(item.Chunk, item.Bytes);
            if ((item.Chunk.Flags & ChunkFlags.EndOfChannel) != 0)
            {
                output.OnEnd();
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>> GetInitAsync(ManifestBatch batch, CancellationToken cancellation)
    {
        while (true)
        {
            lock (_inits)
            {
                if (_inits.TryGetValue(batch.InitIndex, out ReadOnlyMemory<byte> known) && Hash256.Of(known.Span) == batch.InitHash)
                {
                    return known;
                }
            }

            try
            {
                OfferInit(batch.InitIndex, await origin.GetInitAsync(batch.InitIndex, cancellation).ConfigureAwait(false));
                continue;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
            {
                // Nothing can be played without it: keep asking.
            }

            await Task.Delay(Retry, cancellation).ConfigureAwait(false);
        }
    }

    private readonly record struct Item(ChunkInfo Chunk, ManifestBatch? Batch, ReadOnlyMemory<byte> Bytes, ChunkRange Lost);
}

using System.Security.Cryptography;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Channels;

/// <summary>One broadcast: its identity, what of it can be served, and who publishes to it.</summary>
internal sealed class Channel : IDisposable
{
    /// <summary>The only rendition so far.</summary>
    public const string MainRendition = "main";

    private readonly ChannelFolder _folder;
    private readonly ECDsa _key;
    private int _publishing;
    private int _state;

    /// <summary>Loads or creates the channel's key and numbering. Its folder is disposed with it.</summary>
    /// <exception cref="OriginStartException">Its folder cannot be used.</exception>
    public Channel(string name, ChannelOptions options, PeercastOriginOptions origin, ChannelFolder folder, TimeProvider time)
    {
        Name = name;
        Title = options.Title is { Length: > 0 } title ? title : name;
        Options = options;
        Kind = options.IsRecorded ? ChannelKind.Recorded : ChannelKind.Live;
        _folder = folder;
        _key = folder.LoadKey();
        PublicKey = _key.ExportSubjectPublicKeyInfo();
        Fingerprint = Hash256.Of(PublicKey.Span);
        SwarmId = SwarmId.Derive(Fingerprint, MainRendition);
        Position = ChannelPosition.Load(folder);
        StreamKey = options.IsPublished ? options.StreamKey ?? folder.LoadStreamKey() : null;
        Store = new ChunkStore(
            TimeSpan.FromSeconds(origin.RingSeconds),
            origin.RingBytes,
            Kind == ChannelKind.Recorded ? new ChunkFile(folder.File("recording.chunks")) : null);
        Writer = new ChannelWriter(this, TimeSpan.FromMilliseconds(origin.BatchDurationMs), time);
    }

    /// <summary>Raised on the ingest's thread after a batch and its chunks can be had from <see cref="Store"/>.</summary>
    public event Action<SignedBatch>? BatchAdded;

    /// <summary>Its name in addresses.</summary>
    public string Name { get; }

    /// <summary>For people.</summary>
    public string Title { get; }

    /// <summary>Live or recorded.</summary>
    public ChannelKind Kind { get; }

    /// <summary>As configured.</summary>
    public ChannelOptions Options { get; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>SHA-256 of <see cref="PublicKey"/>.</summary>
    public Hash256 Fingerprint { get; }

    /// <summary>The swarm of the main rendition.</summary>
    public SwarmId SwarmId { get; }

    /// <summary>The publisher's secret; <see langword="null"/> where the channel plays files and takes no publisher.</summary>
    public string? StreamKey { get; }

    /// <summary>What can be served.</summary>
    public ChunkStore Store { get; }

    /// <summary>Where the numbering stands; the ingest's alone.</summary>
    public ChannelPosition Position { get; }

    /// <summary>Numbers and signs; used by one ingest at a time.</summary>
    public ChannelWriter Writer { get; }

    /// <summary>Counters.</summary>
    public ChannelStats Stats { get; } = new();

    /// <summary>What the channel is doing.</summary>
    public ChannelState State
    {
        get => (ChannelState)Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, (int)value);
    }

    /// <summary>Why the last ingest ended badly; one line for people, <see langword="null"/> when all is well.</summary>
    public string? Fault { get; set; }

    /// <summary>What the viewers say.</summary>
    public ViewerTotals Viewers => ViewerSource?.Invoke() ?? default;

    /// <summary>Where <see cref="Viewers"/> comes from: the tracker.</summary>
    public Func<ViewerTotals>? ViewerSource { get; set; }

    /// <summary>Somebody publishes to it now.</summary>
    public bool IsPublishing => Volatile.Read(ref _publishing) != 0;

    /// <summary>Takes the place of the one publisher.</summary>
    /// <returns>Whether it was free.</returns>
    public bool TryBeginPublishing() => Interlocked.CompareExchange(ref _publishing, 1, 0) == 0;

    /// <summary>Gives the place back.</summary>
    public void EndPublishing() => Volatile.Write(ref _publishing, 0);

    /// <summary>Signs a batch and makes it and its chunks available.</summary>
    public void Publish(ManifestBatch batch, IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        SignedBatch signed = ManifestCodec.Sign(batch, _key);
        Store.Append(signed, payloads);
        BatchAdded?.Invoke(signed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        Store.Dispose();
        _folder.Dispose();
    }
}

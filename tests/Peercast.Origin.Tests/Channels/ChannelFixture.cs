using Peercast.Origin.Channels;
using Peercast.Origin.Media;
using Peercast.Protocol.Chunks;

namespace Peercast.Origin.Tests.Channels;

/// <summary>A channel in a folder of its own.</summary>
internal sealed class ChannelFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ChannelOptions _channel;
    private readonly PeercastOriginOptions _origin;

    public ChannelFixture(bool recorded = false, int ringSeconds = 60, long ringBytes = 1 << 30, int batchMs = 400)
    {
        _channel = recorded ? new ChannelOptions { File = "film.mp4", Once = true } : new ChannelOptions();
        _origin = new PeercastOriginOptions { DataFolder = _folder.Path, RingSeconds = ringSeconds, RingBytes = ringBytes, BatchDurationMs = batchMs };
        Channel = Load();
        Channel.BatchAdded += Batches.Add;
    }

    public Channel Channel { get; private set; }

    public ManualTime Time { get; } = new();

    public List<SignedBatch> Batches { get; } = [];

    public string Folder => Path.Combine(_folder.Path, "channels", "demo");

    public IEnumerable<ChunkInfo> Chunks => Batches.SelectMany(b => b.Batch.Chunks);

    public ManifestVerifier Verifier => ManifestVerifier.TryCreate(Channel.PublicKey.Span, Channel.Fingerprint, Channel.MainRendition)!;

    public void Write(IEnumerable<Part> parts)
    {
        Channel.Writer.BeginEpoch();
        foreach (Part part in parts)
        {
            Channel.Writer.Write(part);
        }

        Channel.Writer.EndEpoch();
    }

    /// <summary>The numbering can no longer be written to disk.</summary>
    /// <returns>The file that stands in the way.</returns>
    public string FillDisk() => _folder.FillDiskUnder("channels/demo/position.txt.new");

    /// <summary>As after the origin was stopped and started.</summary>
    public void Reload()
    {
        Channel.Dispose();
        Channel = Load();
        Channel.BatchAdded += Batches.Add;
    }

    /// <summary>As by another origin while this one runs.</summary>
    public void LoadBeside() => Load().Dispose();

    public void Dispose()
    {
        Channel.Dispose();
        _folder.Dispose();
    }

    private Channel Load() => new("demo", _channel, _origin, new ChannelFolder(_folder.Path, "demo"), Time);
}

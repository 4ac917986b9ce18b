using System.Globalization;
using System.Text;
using Peercast.Player.Media;
using Peercast.Player.Playback;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Serving;

/// <summary>One segment of the window.</summary>
/// <param name="Number">Counted from 0 by this server: the HLS media sequence number.</param>
/// <param name="InitIndex">Which of the server's init segments it needs.</param>
/// <param name="StartsInit">It is the first with that init segment.</param>
internal sealed record ServedSegment(long Number, int InitIndex, bool StartsInit)
{
    /// <summary>Its parts, in order.</summary>
    public List<ReadOnlyMemory<byte>> Parts { get; } = [];

    /// <summary>Of its media so far.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>No part follows.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Bytes of its parts.</summary>
    public long Length { get; set; }
}

/// <summary>
/// The last minute of the channel, for other players on this machine: as HLS segments, and as one endless MP4 that new
/// clients join at the latest segment start. Members may be called from any thread.
/// </summary>
internal sealed class MediaWindow : IMediaOutput, IPartSink
{
    private static readonly TimeSpan _span = TimeSpan.FromSeconds(60);
    private const long MaxBytes = 256 * 1024 * 1024;
    private const int MinSegments = 3;

    private readonly Lock _gate = new();
    private readonly PartAssembler _assembler;
    private readonly List<ServedSegment> _segments = [];
    private readonly List<StreamClient> _clients = [];
    private readonly Dictionary<int, ReadOnlyMemory<byte>> _inits = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FragmentRebaser? _rebaser;
    private int _init = -1;
    private long _nextNumber;
    private long _discontinuitiesDropped;
    private long _source = -1;
    private TimeSpan _longest = TimeSpan.FromSeconds(1);
    private bool _waitForKeyframe = true;
    private bool _ended;

    /// <summary>An empty window.</summary>
    public MediaWindow() => _assembler = new PartAssembler(this);

    /// <summary>Clients of the endless MP4.</summary>
    public int Clients
    {
        get
        {
            lock (_gate)
                return _clients.Count;
        }
    }

    /// <inheritdoc/>
    public void OnInit(int initIndex, ReadOnlyMemory<byte> init)
    {
        lock (_gate)
            _assembler.Init(init);
    }

    /// <inheritdoc/>
    public void OnChunk(ChunkInfo chunk, ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
            _assembler.Add(chunk, bytes);
    }

    /// <inheritdoc/>
    public void OnSkip(ChunkRange lost)
    {
        lock (_gate)
            _assembler.Skip(lost);
    }

    /// <inheritdoc/>
    public void OnEnd()
    {
        lock (_gate)
            _assembler.End();
    }

    /// <summary>A new client of the endless MP4: it has the init segment and the latest segment from its start, and is fed from now on.</summary>
    /// <param name="onDropped">Ends its connection when it does not read.</param>
    public StreamClient Join(Action onDropped)
    {
        lock (_gate)
        {
            var client = new StreamClient(onDropped);
            if (_segments is [.., var latest])
            {
                client.Send(_inits[latest.InitIndex]);
                foreach (var part in latest.Parts)
                    client.Send(part);
            }

            if (_ended)
                client.Complete();
            else
                _clients.Add(client);
            return client;
        }
    }

    /// <summary>Forgets a client.</summary>
    public void Leave(StreamClient client)
    {
        lock (_gate)
            _clients.Remove(client);
    }

    /// <summary>The HLS media playlist (RFC 8216), once there is a whole segment; null when there is none within the time.</summary>
    public async Task<string?> GetPlaylistAsync(TimeSpan wait, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(wait);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_segments.Exists(s => s.IsComplete))
                    return BuildPlaylist();
                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(timeout.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    /// <summary>An init segment; null when there is none of that number.</summary>
    public ReadOnlyMemory<byte>? GetInit(int index)
    {
        lock (_gate)
            return _inits.TryGetValue(index, out var init) ? init : null;
    }

    /// <summary>The parts of a whole segment; null when it has left the window or is not there yet.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? GetSegment(long number)
    {
        lock (_gate)
            return _segments.Find(s => s.Number == number && s.IsComplete)?.Parts;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
            End();
        return ValueTask.CompletedTask;
    }

    void IPartSink.OnInit(ReadOnlyMemory<byte> init)
    {
        if (_init >= 0 && _inits[_init].Span.SequenceEqual(init.Span))
            return;
        if (!InitSegment.TryParse(init, out var parsed))
            return;
        _rebaser = new FragmentRebaser(parsed!, _rebaser?.End ?? TimeSpan.Zero);
        _inits[++_init] = init;
        _waitForKeyframe = true;
    }

    void IPartSink.OnPart(MediaPart part)
    {
        if (_rebaser is null || (_waitForKeyframe && !part.StartsSegment) || !_rebaser.TryRebase(part, out var bytes, out _))
            return;
        _waitForKeyframe = false;
        if (part.StartsSegment || part.Segment != _source || _segments.Count == 0)
        {
            CompleteSegment();
            _source = part.Segment;
            var startsInit = _segments is not [.., var last] || last.InitIndex != _init;
            if (startsInit)
                StartInit();
            _segments.Add(new ServedSegment(_nextNumber++, _init, startsInit));
        }

        var segment = _segments[^1];
        segment.Parts.Add(bytes);
        segment.Duration += part.Duration.ToTimeSpan();
        segment.Length += bytes.Length;
        foreach (var client in _clients)
            client.Send(bytes);
        _clients.RemoveAll(c => c.IsClosed);
    }

    void IPartSink.OnGap() => _waitForKeyframe = true;

    void IPartSink.OnJump() => _waitForKeyframe = true;

    void IPartSink.OnEnd() => End();

    /// <summary>
    /// One MP4 has one set of codec parameters. Clients of the former come again; those that came before the first media
    /// have nothing yet and go on with this.
    /// </summary>
    private void StartInit()
    {
        foreach (var client in _clients)
        {
            if (_segments.Count == 0)
                client.Send(_inits[_init]);
            else
                client.Complete();
        }

        _clients.RemoveAll(c => c.IsClosed);
    }

    private void End()
    {
        _ended = true;
        CompleteSegment();
        foreach (var client in _clients)
            client.Complete();
        _clients.Clear();
        Changed();
    }

    private void CompleteSegment()
    {
        if (_segments is not [.., { IsComplete: false } segment])
            return;
        segment.IsComplete = true;
        if (segment.Duration > _longest)
            _longest = segment.Duration;
        while (_segments.Count > MinSegments
            && (_segments.Sum(s => s.Length) > MaxBytes
                || _segments.Skip(1).Aggregate(TimeSpan.Zero, (sum, s) => sum + s.Duration) > _span))
        {
            if (_segments[0].StartsInit && _segments[0].Number > 0)
                _discontinuitiesDropped++;
            _segments.RemoveAt(0);
        }

        foreach (var stale in _inits.Keys.Where(i => i < _segments[0].InitIndex).ToArray())
            _inits.Remove(stale);
        Changed();
    }

    private void Changed()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.TrySetResult();
    }

    private string BuildPlaylist()
    {
        var whole = _segments.FindAll(s => s.IsComplete);
        var text = new StringBuilder();
        text.Append("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-TARGETDURATION:{(int)Math.Ceiling(_longest.TotalSeconds)}\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MEDIA-SEQUENCE:{whole[0].Number}\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-DISCONTINUITY-SEQUENCE:{_discontinuitiesDropped}\n");
        for (var i = 0; i < whole.Count; i++)
        {
            var segment = whole[i];
            if (segment.StartsInit && segment.Number > 0)
                text.Append("#EXT-X-DISCONTINUITY\n");
            if (segment.StartsInit || i == 0)
                text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MAP:URI=\"init-{segment.InitIndex}.mp4\"\n");
            text.Append(CultureInfo.InvariantCulture, $"#EXTINF:{segment.Duration.TotalSeconds:0.######},\nsegment-{segment.Number}.m4s\n");
        }

        if (_ended)
            text.Append("#EXT-X-ENDLIST\n");
        return text.ToString();
    }
}

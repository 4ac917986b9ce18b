using Peercast.Player.Media;

namespace Peercast.Player.Recording;

/// <summary>
/// Where the samples of one track lie in the file and when they are due: what becomes the sample tables of the movie's
/// index (ISO/IEC 14496-12 section 8.5 to 8.7). A few bytes a sample, hours fit into memory.
/// </summary>
internal sealed class TrackTable
{
    private readonly List<(uint Count, uint Value)> _durations = [];
    private readonly List<(uint Count, uint Value)> _compositions = [];
    private readonly List<uint> _sizes = [];
    private readonly List<uint> _syncs = [];
    private readonly List<(long Offset, uint Count)> _chunks = [];
    private uint _lastDuration;
    private long _next;
    private long _minComposition = long.MaxValue;

    /// <summary>For a track of the init segment.</summary>
    public TrackTable(InitTrack track) => Track = track;

    /// <summary>Whose table it is.</summary>
    public InitTrack Track { get; }

    /// <summary>Samples so far.</summary>
    public int Count => _sizes.Count;

    /// <summary>Decode time of the first sample, in the track's units.</summary>
    public long FirstDecodeTime { get; private set; }

    /// <summary>Presentation time of the sample that is shown first, in the track's units.</summary>
    public long FirstPresentationTime { get; private set; } = long.MaxValue;

    /// <summary>When the last sample ends, in the track's units.</summary>
    public long End => _next;

    /// <summary>When the sample that is shown last ends, in the track's units.</summary>
    public long LastPresentationEnd { get; private set; } = long.MinValue;

    /// <summary>
    /// Up to here, in the track's units, every picture is there: samples still to come, had there been any, would all be
    /// shown later. Behind it a picture that B-frames refer to may stand alone.
    /// </summary>
    public long WholeUntil => Math.Min(LastPresentationEnd, _next + _minComposition);

    /// <summary>Length on the decoding timeline, in the track's units.</summary>
    public long Duration => End - FirstDecodeTime;

    /// <summary>Count and duration of runs of samples.</summary>
    public IReadOnlyList<(uint Count, uint Value)> Durations => [.. _durations, (1, _lastDuration)];

    /// <summary>Count and composition offset (two's complement) of runs of samples.</summary>
    public IReadOnlyList<(uint Count, uint Value)> Compositions => _compositions;

    /// <summary>Whether any composition offset differs from 0.</summary>
    public bool HasCompositions => _compositions.Exists(c => c.Value != 0);

    /// <summary>Bytes of each sample.</summary>
    public IReadOnlyList<uint> Sizes => _sizes;

    /// <summary>Numbers, from 1, of the samples at which decoding can begin.</summary>
    public IReadOnlyList<uint> Syncs => _syncs;

    /// <summary>File offset and sample count of each run of samples that lie behind each other.</summary>
    public IReadOnlyList<(long Offset, uint Count)> Chunks => _chunks;

    /// <summary>Adds a run, whose first sample lies at <paramref name="offset"/> in the file.</summary>
    public void Add(SampleRun run, long offset)
    {
        var decodeTime = run.DecodeTime;
        if (Count == 0)
        {
            FirstDecodeTime = decodeTime;
        }
        else
        {
            // A hole in the timeline lengthens the sample before it; an overlap shortens it as far as it can.
            var duration = Math.Clamp(_lastDuration + (decodeTime - _next), 0, uint.MaxValue);
            _next += duration - _lastDuration;
            Append(_durations, (uint)duration);
        }

        if (Count == 0)
            _next = decodeTime;
        for (var i = 0; i < run.Samples.Length; i++)
        {
            var sample = run.Samples[i];
            if (i > 0)
                Append(_durations, _lastDuration);
            FirstPresentationTime = Math.Min(FirstPresentationTime, _next + sample.CompositionOffset);
            LastPresentationEnd = Math.Max(LastPresentationEnd, _next + sample.CompositionOffset + sample.Duration);
            _minComposition = Math.Min(_minComposition, sample.CompositionOffset);
            Append(_compositions, (uint)sample.CompositionOffset);
            _sizes.Add(sample.Size);
            if (sample.IsSync)
                _syncs.Add((uint)_sizes.Count);
            _lastDuration = sample.Duration;
            _next += sample.Duration;
        }

        _chunks.Add((offset, (uint)run.Samples.Length));
    }

    private static void Append(List<(uint Count, uint Value)> runs, uint value)
    {
        if (runs.Count > 0 && runs[^1].Value == value)
            runs[^1] = (runs[^1].Count + 1, value);
        else
            runs.Add((1, value));
    }
}

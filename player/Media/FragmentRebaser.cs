using System.Buffers.Binary;
using Peercast.Player.Playback;

namespace Peercast.Player.Media;

/// <summary>
/// Shifts the times of fragments so that they begin at 0 and go on without a jump where the ingest was restarted, whose
/// own times may begin anywhere: it follows at the distance that the channel's timeline gives.
/// </summary>
internal sealed class FragmentRebaser
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long MaxRestartGap = 10 * MicrosecondsPerSecond;

    private readonly InitSegment _init;
    private readonly Dictionary<uint, uint> _timeScales;
    private long? _shift;
    private long _end;
    private long _nextPresentation;

    /// <summary>For the fragments of one init segment; times begin at <paramref name="start"/>.</summary>
    public FragmentRebaser(InitSegment init, TimeSpan start = default)
    {
        _init = init;
        _timeScales = init.Tracks.ToDictionary(t => t.Id, t => t.TimeScale);
        _end = start.Ticks / TimeSpan.TicksPerMicrosecond;
    }

    /// <summary>When the last sample so far ends.</summary>
    public TimeSpan End => TimeSpan.FromMicroseconds(_end);

    /// <summary>Rewrites a part's times; false when the part is no fragment that can be read.</summary>
    /// <param name="part">The part as received.</param>
    /// <param name="bytes">A copy with the new times.</param>
    /// <param name="runs">Its samples, with the new times.</param>
    public bool TryRebase(MediaPart part, out byte[] bytes, out IReadOnlyList<SampleRun> runs)
    {
        (bytes, runs) = ([], []);
        if (!FragmentParser.TryParse(part.Bytes.Span, _init, out var fragment))
            return false;
        if (_shift is null || part.Discontinuity)
        {
            var first = fragment!.Runs.Min(r => ToMicroseconds(r.DecodeTime, r.Track));
            var gap = _shift is null ? 0 : Math.Clamp(part.PresentationTime.Microseconds - _nextPresentation, 0, MaxRestartGap);
            _shift = _end + gap - first;
        }

        _nextPresentation = (part.PresentationTime + part.Duration).Microseconds;
        bytes = part.Bytes.ToArray();
        foreach (var field in fragment!.DecodeTimes)
        {
            var time = (ulong)Math.Max(0, field.Value + Shift(field.Track));
            if (field.IsLong)
                BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(field.Offset), time);
            else
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(field.Offset), (uint)time);
        }

        runs = [.. fragment.Runs.Select(r => r with { DecodeTime = r.DecodeTime + Shift(r.Track) })];
        _end = Math.Max(_end, runs.Max(r => ToMicroseconds(r.DecodeTime + r.Samples.Sum(s => (long)s.Duration), r.Track)));
        return true;
    }

    private long Shift(uint track) => (long)((Int128)_shift!.Value * _timeScales[track] / MicrosecondsPerSecond);

    private long ToMicroseconds(long time, uint track) => (long)((Int128)time * MicrosecondsPerSecond / _timeScales[track]);
}

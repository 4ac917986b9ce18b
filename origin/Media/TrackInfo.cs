using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Media;

/// <summary>What an init segment says about one track.</summary>
/// <param name="Id">Track id, as fragments name it.</param>
/// <param name="IsVideo">Video, or else audio.</param>
/// <param name="Timescale">Ticks per second.</param>
/// <param name="EditShift">
/// Ticks to add to decode times to land on the movie's timeline: what the edit list, which the origin takes out of the
/// init segment, would have said.
/// </param>
/// <param name="Codec">RFC 6381 codec string, or empty where unknown.</param>
/// <param name="Width">Pixels; 0 for audio.</param>
/// <param name="Height">Pixels; 0 for audio.</param>
/// <param name="DefaultDuration">Sample duration where fragments are silent, in ticks.</param>
/// <param name="DefaultFlags">Sample flags where fragments are silent.</param>
internal sealed record TrackInfo(
    uint Id,
    bool IsVideo,
    uint Timescale,
    long EditShift,
    string Codec,
    int Width,
    int Height,
    uint DefaultDuration,
    uint DefaultFlags)
{
    /// <summary>No time on any timeline comes near this; sums of two stay within 64 bits and within a manifest's bounds.</summary>
    private const long MaxMicroseconds = 1L << 58;

    /// <summary>Ticks to microseconds, rounded toward zero; saturates instead of overflowing.</summary>
    public MediaTime ToTime(long ticks) => new((long)Int128.Clamp((Int128)ticks * 1_000_000 / Timescale, -MaxMicroseconds, MaxMicroseconds));

    /// <summary>Microseconds to ticks, rounded to the nearest.</summary>
    public long ToTicks(MediaTime time)
    {
        Int128 scaled = (Int128)time.Microseconds * Timescale;
        Int128 ticks = (scaled + (scaled >= 0 ? 500_000 : -500_000)) / 1_000_000;
        return (long)Int128.Clamp(ticks, -(1L << 61), 1L << 61);
    }
}

using System.Collections.Immutable;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Media;

/// <summary>
/// What a decoder needs before the first fragment: <c>ftyp</c> and <c>moov</c>, without edit lists, which are worked into
/// the fragments' times instead, so that players that ignore them keep audio and video together all the same.
/// </summary>
/// <param name="Bytes">The boxes.</param>
/// <param name="Hash">SHA-256 of <paramref name="Bytes"/>.</param>
/// <param name="Tracks">Video and audio tracks, at most <see cref="MaxTracks"/>.</param>
internal sealed record InitSegment(ReadOnlyMemory<byte> Bytes, Hash256 Hash, ImmutableArray<TrackInfo> Tracks)
{
    /// <summary>The most tracks taken.</summary>
    public const int MaxTracks = 8;

    /// <summary>The video track, or <see langword="null"/>.</summary>
    public TrackInfo? Video => Tracks.FirstOrDefault(t => t.IsVideo);

    /// <summary>All codec strings, comma-separated (RFC 6381).</summary>
    public string Codecs => string.Join(',', Tracks.Select(t => t.Codec).Where(c => c.Length > 0));

    /// <summary>The track of that id.</summary>
    public TrackInfo? Find(uint id)
    {
        foreach (TrackInfo track in Tracks)
        {
            if (track.Id == id)
            {
                return track;
            }
        }

        return null;
    }
}

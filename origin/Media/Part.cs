namespace Peercast.Origin.Media;

/// <summary>One <c>moof</c> + <c>mdat</c> as it came from ffmpeg.</summary>
/// <param name="Bytes">Both boxes; the receiver owns the array and may rewrite it.</param>
/// <param name="Fragment">What the <c>moof</c> says.</param>
/// <param name="Init">What it belongs to.</param>
internal sealed record Part(byte[] Bytes, MovieFragment Fragment, InitSegment Init);

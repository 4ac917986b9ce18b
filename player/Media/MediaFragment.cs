namespace Peercast.Player.Media;

/// <summary>One sample of a fragment.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="Duration">In the track's units.</param>
/// <param name="CompositionOffset">Presentation minus decoding time, in the track's units.</param>
/// <param name="IsSync">Decoding can begin here.</param>
internal readonly record struct FragmentSample(uint Size, uint Duration, int CompositionOffset, bool IsSync);

/// <summary>A run of samples that lie behind each other (<c>trun</c>, ISO/IEC 14496-12 section 8.8.8).</summary>
/// <param name="Track">Whose samples they are.</param>
/// <param name="DecodeTime">Of the first sample, in the track's units.</param>
/// <param name="DataOffset">Where the first begins, from the start of the bytes that were read.</param>
/// <param name="Samples">1 or more.</param>
internal sealed record SampleRun(uint Track, long DecodeTime, long DataOffset, FragmentSample[] Samples)
{
    /// <summary>Bytes of all samples.</summary>
    public long Size => Samples.Sum(s => (long)s.Size);
}

/// <summary>Where a decode time stands in a fragment's bytes, so that it can be rewritten in place.</summary>
/// <param name="Track">Whose it is.</param>
/// <param name="Offset">Of the value, from the start of the bytes that were read.</param>
/// <param name="IsLong">64 bits rather than 32.</param>
/// <param name="Value">What stands there, in the track's units.</param>
internal readonly record struct DecodeTimeField(uint Track, int Offset, bool IsLong, long Value);

/// <summary>The samples of a part: one or more <c>moof</c> and <c>mdat</c> pairs.</summary>
/// <param name="Runs">In the order of the file.</param>
/// <param name="DecodeTimes">Every <c>tfdt</c>.</param>
internal sealed record MediaFragment(IReadOnlyList<SampleRun> Runs, IReadOnlyList<DecodeTimeField> DecodeTimes);

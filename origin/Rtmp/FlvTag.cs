using System.Buffers.Binary;

namespace Peercast.Origin.Rtmp;

/// <summary>An FLV tag: what an RTMP media message is. Adobe FLV specification 10.1, annex E.4.</summary>
/// <param name="Type">8 audio, 9 video, 18 metadata: the same numbers as the RTMP messages'.</param>
/// <param name="Timestamp">Milliseconds, wrapping at 2^32.</param>
/// <param name="Body">The tag's body.</param>
internal readonly record struct FlvTag(RtmpMessageType Type, uint Timestamp, ReadOnlyMemory<byte> Body)
{
    /// <summary>Bytes of a tag's header.</summary>
    public const int HeaderLength = 11;

    /// <summary>Codec and frame type, or audio format.</summary>
    public byte Head => Body.IsEmpty ? (byte)0 : Body.Span[0];

    /// <summary>The video codec's number; of an enhanced RTMP tag it has no meaning.</summary>
    public int VideoCodec => Head & 0x0F;

    /// <summary>The audio format's number.</summary>
    public int AudioFormat => Head >> 4;

    /// <summary>A video tag of enhanced RTMP: bit 7, and a FourCC after the first byte.</summary>
    public bool IsEnhancedVideo => Type == RtmpMessageType.Video && (Head & 0x80) != 0;

    /// <summary>A picture that decoding can begin with.</summary>
    public bool IsKeyframe => Type == RtmpMessageType.Video && !IsEnhancedVideo && Head >> 4 == 1 && !IsSequenceHeader;

    /// <summary>The decoder configuration of H.264 or AAC.</summary>
    public bool IsSequenceHeader => Body.Length >= 2 && Body.Span[1] == 0 && Type switch
    {
        RtmpMessageType.Video => !IsEnhancedVideo && VideoCodec == FlvCodecs.Avc,
        RtmpMessageType.Audio => AudioFormat == FlvCodecs.Aac,
        _ => false,
    };

    /// <summary>Splits an aggregate message into the tags in it, RTMP specification 1.0 section 7.1.6.</summary>
    /// <returns><c>false</c>: it is not made of tags.</returns>
    public static bool TrySplit(in RtmpMessage aggregate, List<FlvTag> tags)
    {
        ReadOnlyMemory<byte> rest = aggregate.Body;
        uint? first = null;
        while (rest.Length >= HeaderLength)
        {
            ReadOnlySpan<byte> header = rest.Span;
            int length = (header[1] << 16) | (header[2] << 8) | header[3];
            uint time = (uint)((header[7] << 24) | (header[4] << 16) | (header[5] << 8) | header[6]);
            if (rest.Length < HeaderLength + length)
            {
                return false;
            }

            // The tags' times are relative to each other; the message's is that of the first.
            first ??= time;
            tags.Add(new FlvTag((RtmpMessageType)header[0], aggregate.Timestamp + (time - first.Value), rest.Slice(HeaderLength, length)));

            // The back pointer after the last tag is sometimes left out.
            rest = rest[Math.Min(rest.Length, HeaderLength + length + 4)..];
        }

        return rest.IsEmpty;
    }
}

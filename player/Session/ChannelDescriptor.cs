using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Peercast.Player.Session;

/// <summary>What the origin says of a channel; see origin/HTTP.md, section "Channel descriptor".</summary>
internal sealed record ChannelDescriptor(
    int Version,
    string Name,
    string Title,
    string Kind,
    string State,
    byte[] PublicKey,
    ImmutableArray<RenditionDescriptor> Renditions,
    int TargetLatencyMs,
    long ServerTimeMs,
    int StunPort,
    string MediaPath,
    string TrackerPath)
{
    /// <summary>Whether it is complete and seekable rather than live.</summary>
    [JsonIgnore]
    public bool IsRecorded => string.Equals(Kind, "recorded", StringComparison.Ordinal);
}

/// <summary>One quality of a channel.</summary>
internal sealed record RenditionDescriptor(string Name, string SwarmId, string Codecs, int Width, int Height, long Bitrate, long FirstChunk, long LiveEdge);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, MaxDepth = 8)]
[JsonSerializable(typeof(ChannelDescriptor))]
internal sealed partial class DescriptorJson : JsonSerializerContext;

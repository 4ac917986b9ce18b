using System.Text.Json;
using System.Text.Json.Serialization;

namespace Peercast.Protocol.Signaling;

/// <summary>Signaling messages to UTF-8 JSON and back.</summary>
public static class SignalingCodec
{
    /// <summary>The longest message either side accepts, in bytes.</summary>
    public const int MaxMessageLength = 16 * 1024;

    /// <summary>Encodes one message.</summary>
    public static byte[] Encode(SignalingMessage message) =>
        JsonSerializer.SerializeToUtf8Bytes(message, SignalingJson.Default.SignalingMessage);

    /// <summary>Decodes one message. Never throws; anything malformed, unknown or too long is refused.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, out SignalingMessage? message)
    {
        message = null;
        if (utf8.Length > MaxMessageLength)
        {
            return false;
        }

        try
        {
            message = JsonSerializer.Deserialize(utf8, SignalingJson.Default.SignalingMessage);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return false;
        }

        return message is not null;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    MaxDepth = 8)]
[JsonSerializable(typeof(SignalingMessage))]
internal sealed partial class SignalingJson : JsonSerializerContext;

using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Peercast.Player.Session;

/// <summary>The origin does not let a viewer join yet, or at all; see origin/HTTP.md, section "A full channel".</summary>
/// <param name="RetryAfter">When to ask again.</param>
/// <param name="Ticket">The place in the queue, to be named then; <see langword="null"/>: refused.</param>
/// <param name="Place">How many come before, and oneself; 0: refused.</param>
internal sealed record JoinTurn(TimeSpan RetryAfter, string? Ticket, int Place)
{
    /// <summary>Nobody waits longer for an answer that says nothing sensible.</summary>
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(60);

    private const int MaxBody = 4096;
    private const int MaxTicket = 32;

    /// <summary>Reads the answer to a join; <see langword="null"/>: it is not about a full channel.</summary>
    public static async Task<JoinTurn?> ReadAsync(HttpResponseMessage reply, CancellationToken cancellation)
    {
        if (reply.StatusCode != HttpStatusCode.ServiceUnavailable || reply.Content.Headers.ContentLength is not (> 0 and <= MaxBody))
        {
            return null;
        }

        try
        {
            return Of(JsonSerializer.Deserialize(await reply.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false), TurnJson.Default.TurnBody));
        }
        catch (JsonException)
        {
            // Some proxy's own words.
            return null;
        }
    }

    /// <summary>So many seconds, in words for people.</summary>
    public static string Seconds(TimeSpan time) => ((int)Math.Ceiling(Math.Max(0, time.TotalSeconds))).ToString(CultureInfo.InvariantCulture);

    private static JoinTurn? Of(TurnBody? body)
    {
        var retry = TimeSpan.FromMilliseconds(Math.Clamp(body?.RetryAfterMs ?? 0, 500, LongestRetry.TotalMilliseconds));
        return body switch
        {
            { Reason: "queue", Ticket: { Length: > 0 and <= MaxTicket } ticket } when ticket.All(char.IsAsciiDigit) => new JoinTurn(retry, ticket, Math.Max(1, body.Place)),
            { Reason: "full" } => new JoinTurn(retry, null, 0),

            // Admitted, but there was no room after all: no place is lost by asking again.
            { Reason: "busy" } => new JoinTurn(TimeSpan.FromSeconds(1), "0", 1),
            _ => null,
        };
    }
}

/// <summary>The JSON of it.</summary>
internal sealed record TurnBody(string? Reason, double RetryAfterMs, string? Ticket, int Place);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 4)]
[JsonSerializable(typeof(TurnBody))]
internal sealed partial class TurnJson : JsonSerializerContext;

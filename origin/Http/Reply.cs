using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Peercast.Origin.Http;

/// <summary>What all of the origin's answers have in common.</summary>
internal static class Reply
{
    /// <summary>For what never changes under its address.</summary>
    public const string Immutable = "public, max-age=31536000, immutable";

    /// <summary>For what is different the next time.</summary>
    public const string NoStore = "no-store";

    /// <summary>Never put into a page, so only JSON's own characters are escaped.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An object as JSON.</summary>
    public static Task JsonAsync<T>(HttpContext context, T value, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers[HeaderNames.CacheControl] = NoStore;
        return BytesAsync(context, JsonSerializer.SerializeToUtf8Bytes(value, Json), "application/json; charset=utf-8", status);
    }

    /// <summary>One line that says what is wrong and what to do.</summary>
    public static Task ErrorAsync(HttpContext context, int status, string error) => JsonAsync(context, new { error }, status);

    /// <summary>503: the origin's budget has no room for it in time.</summary>
    public static Task BusyAsync(HttpContext context)
    {
        context.Response.Headers[HeaderNames.RetryAfter] = "1";
        return JsonAsync(
            context,
            new { error = "The origin sends all that it may at present (MaxEgressMbps). Try again.", reason = "busy" },
            StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Bytes, or only their length for HEAD.</summary>
    public static async Task BytesAsync(HttpContext context, ReadOnlyMemory<byte> body, string type, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>Public media may be used by pages of any site.</summary>
    public static void AllowAnySite(HttpContext context)
    {
        context.Response.Headers[HeaderNames.AccessControlAllowOrigin] = "*";
        context.Response.Headers[HeaderNames.AccessControlExposeHeaders] = LiveEdgeHeader;
    }

    /// <summary>Tells the last complete chunk on every answer under /media.</summary>
    public const string LiveEdgeHeader = "X-Peercast-Live-Edge";

    /// <summary>A whole number of the query, or <paramref name="fallback"/> where it is missing.</summary>
    /// <returns>Whether it is missing or a number within the bounds.</returns>
    public static bool TryQuery(HttpContext context, string name, long fallback, long least, long most, out long value)
    {
        value = fallback;
        string? text = context.Request.Query[name];
        return text is null
            || (long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out value) && value >= least && value <= most);
    }
}

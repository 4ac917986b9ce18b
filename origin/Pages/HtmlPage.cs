using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Peercast.Origin.Http;

namespace Peercast.Origin.Pages;

/// <summary>
/// A whole page in one answer: style and script inside and allowed by a nonce, nothing from anywhere else.
/// </summary>
internal static class HtmlPage
{
    private static readonly string Style = Resource("page.css");

    /// <summary>Sends it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="title">Escaped here.</param>
    /// <param name="bodyAttributes">Attributes of the body, escaped already.</param>
    /// <param name="body">Content, escaped already.</param>
    /// <param name="script">The script.</param>
    /// <param name="status">HTTP status.</param>
    public static Task SendAsync(
        HttpContext context, string title, string bodyAttributes, string body, string script, int status = StatusCodes.Status200OK)
    {
        string nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        IHeaderDictionary headers = context.Response.Headers;
        headers[HeaderNames.ContentSecurityPolicy] =
            $"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers[HeaderNames.CacheControl] = Reply.NoStore;
        string html = $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <title>{Escape(title)}</title>
            <style nonce="{nonce}">{Style}</style>
            </head>
            <body {bodyAttributes}>
            <main>
            {body}
            </main>
            <script nonce="{nonce}">{script}</script>
            </body>
            </html>

            """;
        return Reply.BytesAsync(context, Encoding.UTF8.GetBytes(html), "text/html; charset=utf-8", status);
    }

    /// <summary>Safe as text and as an attribute in double quotes.</summary>
    public static string Escape(string text) => System.Net.WebUtility.HtmlEncode(text);

    /// <summary>A file of this folder, built into the assembly.</summary>
    public static string Resource(string name)
    {
        using Stream stream = typeof(HtmlPage).Assembly.GetManifestResourceStream($"Peercast.Origin.Pages.{name}")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

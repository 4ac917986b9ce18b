using Peercast.Protocol.Primitives;

namespace Peercast.Player.Session;

/// <summary>
/// A watch link: <c>http://host[:port][/prefix]/watch/{channel}[#k={fingerprint}]</c>. The fragment never reaches the
/// origin; with it the viewer trusts nothing but the channel's own key.
/// </summary>
/// <param name="Origin">The origin's address, with its prefix and a slash at the end.</param>
/// <param name="Channel">The channel's name.</param>
/// <param name="Fingerprint">SHA-256 of the channel's key, where the link gave one.</param>
internal sealed record WatchLink(Uri Origin, string Channel, Hash256? Fingerprint)
{
    private const string Marker = "/watch/";

    /// <summary>Reads a link.</summary>
    /// <exception cref="PlayerException">It is no watch link; the message says what one looks like.</exception>
    public static WatchLink Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
        {
            throw Bad(text, "it must begin with http:// or https://");
        }

        int marker = uri.AbsolutePath.LastIndexOf(Marker, StringComparison.Ordinal);
        string channel = marker < 0 ? "" : Uri.UnescapeDataString(uri.AbsolutePath[(marker + Marker.Length)..].TrimEnd('/'));
        if (channel.Length == 0 || channel.Contains('/', StringComparison.Ordinal))
        {
            throw Bad(text, "it must contain /watch/ and the channel's name");
        }

        Hash256? fingerprint = null;
        if (uri.Fragment.StartsWith("#k=", StringComparison.Ordinal))
        {
            if (!Hash256.TryParse(uri.Fragment[3..], out Hash256 parsed))
            {
                throw Bad(text, "the part behind #k= must be 64 hexadecimal digits; was the link copied whole?");
            }

            fingerprint = parsed;
        }

        return new WatchLink(new Uri(uri.GetLeftPart(UriPartial.Authority) + uri.AbsolutePath[..(marker + 1)]), channel, fingerprint);
    }

    private static PlayerException Bad(string text, string why) =>
        new(ExitCode.UnknownChannel, $"\"{text}\" is no watch link: {why} (for example http://127.0.0.1:8080/watch/demo).");
}

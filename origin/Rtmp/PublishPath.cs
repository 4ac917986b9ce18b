namespace Peercast.Origin.Rtmp;

/// <summary>Finds the stream key in what publishers send: the application of <c>connect</c> and the name of <c>publish</c>.</summary>
internal static class PublishPath
{
    /// <summary>
    /// The keys to try, in this order. Usually the name; without what follows a question mark, which some publishers
    /// append; and where a publisher was given the whole address as its server and no key, the end of the application.
    /// </summary>
    public static IEnumerable<string> Keys(string app, string name)
    {
        name = name.Trim('/');
        if (name.Length == 0)
        {
            app = app.Trim('/');
            name = app[(app.IndexOf('/', StringComparison.Ordinal) + 1)..];
            if (name.Length == app.Length)
            {
                yield break;
            }
        }

        yield return name;
        int query = name.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0)
        {
            name = name[..query];
            yield return name;
        }

        int path = name.LastIndexOf('/');
        if (path >= 0)
        {
            yield return name[(path + 1)..];
        }
    }
}

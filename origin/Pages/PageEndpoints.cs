using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Peercast.Origin.Channels;
using Peercast.Origin.Http;

namespace Peercast.Origin.Pages;

/// <summary>What a browser sees: the list of channels and one page for each.</summary>
internal static class PageEndpoints
{
    private static readonly string WatchScript = HtmlPage.Resource("watch.js");
    private static readonly string ListScript = HtmlPage.Resource("list.js");

    /// <summary>Adds <c>/</c> and <c>/watch/{name}</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes, ChannelRegistry channels)
    {
        routes.MapReading("/", context => ListAsync(context, channels));
        routes.MapReading("/watch/{name}", context => Routes.Find(context, channels) is { } channel
            ? WatchAsync(context, channel)
            : MissingAsync(context));
    }

    private static Task ListAsync(HttpContext context, ChannelRegistry channels)
    {
        string prefix = HtmlPage.Escape((context.Request.PathBase.Value + context.Request.Path.Value).TrimEnd('/'));
        var body = new StringBuilder("<header><b>Peercast</b><span>Channels of this origin</span></header>\n");
        foreach (Channel channel in channels.All)
        {
            body.Append(
                $"""
                <a class="card channel" id="channel-{channel.Name}" href="{prefix}/watch/{channel.Name}">
                <strong>{HtmlPage.Escape(channel.Title)}</strong>
                <span class="viewers">{Viewers(channel)}</span>
                {Badge(channel)}
                </a>

                """);
        }

        if (channels.All.Count == 0)
        {
            body.Append("<p class=\"card\">No channels are configured. Add one under Peercast:Channels.</p>\n");
        }

        return HtmlPage.SendAsync(context, "Peercast", $"data-prefix=\"{prefix}\"", body.ToString(), ListScript);
    }

    private static Task WatchAsync(HttpContext context, Channel channel)
    {
        string prefix = HtmlPage.Escape(Routes.Prefix(context, "/watch/"));
        string body = $"""
            <header><a href="{prefix}/">Peercast</a><span>{(channel.Kind == ChannelKind.Live ? "Live channel" : "Recording")}</span></header>
            <section class="card">
            <div class="title"><h1>{HtmlPage.Escape(channel.Title)}</h1>{Badge(channel, "id=\"state\"")}</div>
            <dl class="figures">
            <div><dt>Viewers</dt><dd id="viewers">{channel.Viewers.Viewers}</dd></div>
            <div><dt>From neighbors</dt><dd id="offload">{channel.Viewers.OffloadRatio * 100:0} %</dd></div>
            <div><dt>Bit rate</dt><dd id="rate">–</dd></div>
            </dl>
            <p class="note fault" id="fault" role="status"></p>
            <p class="note" id="queue" role="status"></p>
            </section>
            <section class="card">
            <h2>Watch with the player</h2>
            <div class="copy"><code id="player">dotnet run -c Release --project player -- watch …</code><button type="button" data-copy="player">Copy</button></div>
            <h2>Any other player (HLS)</h2>
            <div class="copy"><code id="hls">{prefix}/hls/{channel.Name}/master.m3u8</code><button type="button" data-copy="hls">Copy</button></div>
            <h2>Watch link</h2>
            <div class="copy"><code id="link">{prefix}/watch/{channel.Name}#k={channel.Fingerprint}</code><button type="button" data-copy="link">Copy</button></div>
            <p class="note">The player takes most of the video from other viewers, and checks every piece against the key named in the link. HLS comes from the origin alone.</p>
            </section>
            """;
        return HtmlPage.SendAsync(
            context,
            channel.Title + " – Peercast",
            $"data-prefix=\"{prefix}\" data-name=\"{channel.Name}\" data-fingerprint=\"{channel.Fingerprint}\"",
            body,
            WatchScript);
    }

    private static Task MissingAsync(HttpContext context)
    {
        string prefix = HtmlPage.Escape(Routes.Prefix(context, "/watch/"));
        string body = $"""
            <header><a href="{prefix}/">Peercast</a></header>
            <section class="card"><h1>No such channel</h1><p class="note">Check the link, or pick one from <a href="{prefix}/">the list</a>.</p></section>
            """;
        return HtmlPage.SendAsync(context, "No such channel – Peercast", "", body, "", StatusCodes.Status404NotFound);
    }

    private static string Badge(Channel channel, string attributes = "")
    {
        string text = channel.State switch
        {
            ChannelState.Live => "Live",
            ChannelState.Ended => "Recorded",
            _ => "Offline",
        };
        return $"<span class=\"badge\" {attributes} data-state=\"{Words.Of(channel.State)}\">{text}</span>";
    }

    private static string Viewers(Channel channel) => channel.Viewers.Viewers == 1 ? "1 viewer" : $"{channel.Viewers.Viewers} viewers";
}

using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Peercast.Origin.Host;

/// <summary>What the broadcaster needs, on the screen at start: links, commands and secrets.</summary>
internal static class StartupGuide
{
    /// <summary>Prints it.</summary>
    public static void Print(WebApplication app, TextWriter output)
    {
        PeercastOriginOptions options = app.Services.GetRequiredService<IOptions<PeercastOriginOptions>>().Value;
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://127.0.0.1:8080";
        var http = new Uri(address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("//+", "//127.0.0.1", StringComparison.Ordinal).Replace("//*", "//127.0.0.1", StringComparison.Ordinal));
        string root = http.GetLeftPart(UriPartial.Authority);
        IPAddress listen = IPAddress.Parse(options.Listen);
        string rtmpHost = listen.Equals(IPAddress.Any) || listen.Equals(IPAddress.IPv6Any) ? "127.0.0.1" : listen.ToString();
        string rtmpPort = options.RtmpPort == 1935 ? "" : $":{options.RtmpPort}";
        output.WriteLine();
        output.WriteLine($"  Channels         {root}/");
        foreach (OriginChannel channel in app.Services.GetRequiredService<OriginChannels>().All)
        {
            string link = $"{root}/watch/{channel.Name}#k={channel.Fingerprint}";
            output.WriteLine();
            output.WriteLine($"  {channel.Title} ({channel.Name})");
            output.WriteLine($"    Watch link     {link}");
            output.WriteLine($"    Player         dotnet run -c Release --project player -- watch '{link}'");
            output.WriteLine($"    HLS            {root}/hls/{channel.Name}/master.m3u8");
            if (channel.StreamKey is not { } key)
            {
                continue;
            }

            if (options.RtmpPort != 0)
            {
                output.WriteLine($"    OBS server     rtmp://{rtmpHost}{rtmpPort}/live");
                output.WriteLine($"    Stream key     {key}");
            }

            output.WriteLine($"    HTTP push      curl -T FILE -H 'Authorization: Bearer {key}' {root}/ingest/{channel.Name}");
        }

        output.WriteLine();
        output.WriteLine("  Stream keys are secrets: whoever has one can publish. Ctrl+C stops the origin.");
        output.WriteLine();
        output.Flush();
    }
}

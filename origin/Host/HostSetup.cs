using System.Globalization;
using System.Net;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Peercast.Origin.Host;

/// <summary>What the executable adds to the library: where it listens and where it logs.</summary>
internal static class HostSetup
{
    private const string Template = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";
    private const string FileTemplate = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} [{Level:u3}] {EventId} {SourceContext} {Message:lj}{NewLine}{Exception}";
    private const int KeptLogs = 7;

    /// <summary>Console and a daily file under the data folder; levels are those of the section Logging.</summary>
    public static void AddHostLogging(this WebApplicationBuilder builder)
    {
        string folder = builder.Configuration[$"{PeercastOriginOptions.Section}:{nameof(PeercastOriginOptions.DataFolder)}"]
            ?? new PeercastOriginOptions().DataFolder;
        LoggerConfiguration configuration = new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.Console(LogEventLevel.Verbose, Template, CultureInfo.InvariantCulture);
        if (CanWrite(folder))
        {
            configuration = configuration.WriteTo.File(
                Path.Combine(folder, "logs", "origin-.log"),
                outputTemplate: FileTemplate,
                formatProvider: CultureInfo.InvariantCulture,
                rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: KeptLogs);
        }

        Log.Logger = configuration.CreateLogger();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new SerilogLoggerProvider(Log.Logger));

        // The host would log a start that failed with a whole stack; the one line that says what to do is printed instead.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }

    /// <summary>
    /// On Peercast:Listen and Peercast:HttpPort, unless addresses are given the usual way (--urls, ASPNETCORE_URLS,
    /// Kestrel:Endpoints).
    /// </summary>
    public static void ListenAsConfigured(this WebApplicationBuilder builder)
    {
        IConfigurationSection section = builder.Configuration.GetSection(PeercastOriginOptions.Section);
        bool given = builder.Configuration["urls"] is { Length: > 0 } || builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
        var defaults = new PeercastOriginOptions();
        string listen = section[nameof(PeercastOriginOptions.Listen)] ?? defaults.Listen;
        int port = section.GetValue(nameof(PeercastOriginOptions.HttpPort), defaults.HttpPort);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 10_000;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);

            // A wrong address or port is the options' own check to report.
            if (!given && IPAddress.TryParse(listen, out IPAddress? address) && port is >= 0 and <= 65_535)
            {
                kestrel.Listen(address, port);
            }
        });
    }

    private static bool CanWrite(string folder)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "logs"));
            string probe = Path.Combine(folder, "logs", ".probe");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Said in one line by the origin's own check of the data folder.
            return false;
        }
    }
}

using Microsoft.Extensions.Options;
using Peercast.Origin;
using Peercast.Origin.Host;

try
{
    WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddHostLogging();
    builder.Services.AddPeercastOrigin();
    builder.ListenAsConfigured();
    await using WebApplication app = builder.Build();
    app.MapPeercastOrigin();
    await app.StartAsync();
    StartupGuide.Print(app, Console.Out);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (StartFailure.Explain(e) is { } line)
{
    await Console.Error.WriteLineAsync("peercast-origin: " + line);
    return 1;
}
finally
{
    await Serilog.Log.CloseAndFlushAsync();
}

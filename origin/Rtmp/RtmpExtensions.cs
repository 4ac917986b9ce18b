using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Peercast.Origin.Rtmp;

/// <summary>Registers the RTMP listener.</summary>
internal static class RtmpExtensions
{
    /// <summary>Adds the listener as a hosted service.</summary>
    public static IServiceCollection AddRtmp(this IServiceCollection services)
    {
        services.TryAddSingleton<RtmpPublishers>();
        services.TryAddSingleton<RtmpListener>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RtmpListener>(s => s.GetRequiredService<RtmpListener>()));
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Peercast.Origin.Stun;

/// <summary>Registers the STUN listener.</summary>
internal static class StunExtensions
{
    /// <summary>Adds the listener as a hosted service.</summary>
    public static IServiceCollection AddStun(this IServiceCollection services)
    {
        services.TryAddSingleton<StunListener>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StunListener>(s => s.GetRequiredService<StunListener>()));
        return services;
    }
}

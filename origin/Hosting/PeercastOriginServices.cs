using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Peercast.Origin.Channels;
using Peercast.Origin.Egress;
using Peercast.Origin.Ingest;
using Peercast.Origin.Tracker;
using Peercast.Origin.Rtmp;
using Peercast.Origin.Stun;

namespace Peercast.Origin;

/// <summary>Adds an origin to any ASP.NET Core application.</summary>
public static class PeercastOriginServices
{
    /// <summary>
    /// Adds the origin's services; <c>MapPeercastOrigin</c> adds its addresses. Options come from the configuration section
    /// <c>Peercast</c> first and from <paramref name="configure"/> after that. They are checked when the application starts.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets options in code.</param>
    /// <returns>For more settings, and for replacing parts.</returns>
    public static IPeercastOriginBuilder AddPeercastOrigin(this IServiceCollection services, Action<PeercastOriginOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<PeercastOriginOptions> options = services.AddOptions<PeercastOriginOptions>().BindConfiguration(PeercastOriginOptions.Section);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PeercastOriginOptions>, PeercastOriginOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ChannelRegistry>();
        services.TryAddSingleton(provider => new OriginChannels(provider.GetRequiredService<ChannelRegistry>()));
        services.TryAddSingleton<EgressGate>();
        services.TryAddSingleton<FfmpegTools>();
        services.TryAddSingleton<Ffprobe>();
        services.TryAddSingleton<ChannelIngestFactory>();
        services.TryAddSingleton<IPublishAuthorizer, PublishAuthorizer>();
        services.TryAddSingleton<OriginReadiness>();
        services.AddTracker();
        services.TryAddSingleton<ITrackedChannels, TrackedChannels>();
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<PeercastOriginOptions>>().Value.Tracker);
        services.TryAddSingleton(provider =>
            TrackerSecret.LoadOrCreate(Path.Combine(provider.GetRequiredService<IOptions<PeercastOriginOptions>>().Value.DataFolder, "tracker-secret")));
        services.AddHostedService<OriginStartup>();
        services.AddHostedService<FileChannels>();
        services.AddRtmp();
        services.AddStun();
        return new PeercastOriginBuilder(services);
    }

    private sealed class PeercastOriginBuilder(IServiceCollection services) : IPeercastOriginBuilder
    {
        public IServiceCollection Services { get; } = services;
    }
}

/// <summary>An origin being put together.</summary>
public interface IPeercastOriginBuilder
{
    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }
}

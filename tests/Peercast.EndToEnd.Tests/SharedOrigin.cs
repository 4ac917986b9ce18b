[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Peercast.EndToEnd.Tests;

/// <summary>One origin with the channel <c>demo</c> for all tests that leave it as they found it: it takes seconds to come up.</summary>
public sealed class SharedOrigin : IAsyncLifetime
{
    /// <summary>The tests that share it.</summary>
    public const string Tests = "Shared origin";

    private RunningOrigin? _origin;

    internal RunningOrigin Origin => _origin!;

    internal string Link => Origin.WatchLink("demo");

    public async Task InitializeAsync() => _origin = await RunningOrigin.StartDemoAsync();

    public async Task DisposeAsync() => await Origin.DisposeAsync();
}

[CollectionDefinition(SharedOrigin.Tests)]
public sealed class SharedOriginTests : ICollectionFixture<SharedOrigin>;

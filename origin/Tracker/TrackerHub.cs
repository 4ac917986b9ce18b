using System.Collections.Concurrent;
using System.Security.Cryptography;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tracker;

/// <summary>The rooms of all swarms, made when the first viewer comes.</summary>
internal sealed class TrackerHub(TrackerOptions options, TrackerSecret secret, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<SwarmId, Lazy<TrackerRoom>> _rooms = new();

    /// <summary>The room of a swarm.</summary>
    public TrackerRoom Room(SwarmId swarm) => _rooms.GetOrAdd(swarm, id => new Lazy<TrackerRoom>(() => Open(id))).Value;

    /// <summary>What the viewers of a swarm reported; nothing where none has come.</summary>
    public SwarmStatistics Statistics(SwarmId swarm) =>
        _rooms.TryGetValue(swarm, out Lazy<TrackerRoom>? room) ? room.Value.Statistics : default;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Lazy<TrackerRoom> room in _rooms.Values)
        {
            room.Value.Dispose();
        }
    }

    private TrackerRoom Open(SwarmId swarm)
    {
        // Not guessable which peers a viewer will be told of; repeatable is for the simulator alone.
        var random = new Random(RandomNumberGenerator.GetInt32(int.MaxValue));
        return new TrackerRoom(new SwarmTracker(swarm, options.MaxViewersPerChannel, secret.Value.Span, random), time);
    }
}

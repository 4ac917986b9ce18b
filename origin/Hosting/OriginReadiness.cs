using System.Collections.Concurrent;

namespace Peercast.Origin;

/// <summary>What must be up before the origin calls itself ready: each listener names itself, and says when it is.</summary>
internal sealed class OriginReadiness
{
    private readonly ConcurrentDictionary<string, bool> _parts = new(StringComparer.Ordinal);

    /// <summary>What is not up yet, by name.</summary>
    public IReadOnlyList<string> Missing => [.. _parts.Where(p => !p.Value).Select(p => p.Key).Order(StringComparer.Ordinal)];

    /// <summary>Announces a part that has to come up.</summary>
    public void Expect(string part) => _parts.TryAdd(part, value: false);

    /// <summary>Says whether a part is up.</summary>
    public void Set(string part, bool up) => _parts[part] = up;
}

namespace Peercast.Repository.Tests;

/// <summary>
/// Who may use whom: the arrows between the folders of protocol/. A folder may always use itself; WebRtc, an assembly of
/// its own, is one layer.
/// </summary>
internal static class Layers
{
    public const string ProtocolNamespace = "Peercast.Protocol";
    public const string WebRtcNamespace = "Peercast.WebRtc";

    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Primitives"] = [],
        ["Transport"] = [],
        ["Chunks"] = ["Primitives"],
        ["Wire"] = ["Primitives", "Chunks"],
        ["Scheduling"] = ["Primitives", "Chunks"],
        ["Swarm"] = ["Scheduling", "Wire", "Chunks", "Primitives"],
        ["Signaling"] = ["Primitives"],
        ["WebRtc"] = ["Transport", "Signaling", "Primitives"],
    };

    /// <summary>The layer of a namespace, or null for one outside protocol/.</summary>
    public static string? Of(string? ns)
    {
        string[] parts = (ns ?? "").Split('.');
        return parts switch
        {
            ["Peercast", "WebRtc", ..] => "WebRtc",
            ["Peercast", "Protocol", var layer, ..] => layer,
            ["Peercast", "Protocol"] => "(root)",
            _ => null,
        };
    }

    public static bool MayUse(string user, string used) =>
        user == used || (Allowed.TryGetValue(user, out string[]? allowed) && allowed.Contains(used));
}

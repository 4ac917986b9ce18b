using Peercast.Fuzz.Engine;
using Peercast.Fuzz.Targets;
using Peercast.WebRtc.Sctp;

namespace Peercast.Fuzz;

/// <summary>All that is fuzzed.</summary>
internal static class FuzzTargets
{
    private static readonly IReadOnlyDictionary<string, Func<FuzzTarget>> Makers = Make();

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Makes one. Some hold a socket and are to be disposed of.</summary>
    public static FuzzTarget Create(string name) => Makers[name]();

    private static Dictionary<string, Func<FuzzTarget>> Make()
    {
        var makers = new Dictionary<string, Func<FuzzTarget>>(StringComparer.Ordinal);
        Add(() => new StunTarget());
        Add(() => new SdpTarget());
        Add(() => new CandidateTarget());
        Add(() => new MdnsTarget());
        Add(() => new DemultiplexerTarget());
        Add(() => new DcepTarget());
        foreach (SctpState state in Enum.GetValues<SctpState>())
            Add(() => new SctpTarget(state));
        return makers;

        void Add(Func<FuzzTarget> make)
        {
            FuzzTarget one = make();
            makers.Add(one.Name, make);
            (one as IDisposable)?.Dispose();
        }
    }
}

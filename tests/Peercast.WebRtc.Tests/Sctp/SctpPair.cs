using Peercast.WebRtc.Sctp;

namespace Peercast.WebRtc.Tests.Sctp;

/// <summary>Two associations joined by virtual links, under virtual time.</summary>
internal sealed class SctpPair
{
    private readonly byte[] _buffer = new byte[2000];

    public SctpPair(int seed = 1, SctpOptions? options = null, SctpOptions? optionsB = null)
    {
        Seed = seed;
        A = new SctpAssociation(options ?? new SctpOptions(), new Random(seed * 2), AtA);
        B = new SctpAssociation(optionsB ?? options ?? new SctpOptions(), new Random((seed * 2) + 1), AtB);
        AToB = new VirtualLink(new Random(seed + 1000));
        BToA = new VirtualLink(new Random(seed + 2000));
    }

    public int Seed { get; }

    public TimeSpan Now { get; set; } = TimeSpan.FromSeconds(1);

    public RecordingObserver AtA { get; } = new();

    public RecordingObserver AtB { get; } = new();

    public SctpAssociation A { get; set; }

    public SctpAssociation B { get; set; }

    public VirtualLink AToB { get; }

    public VirtualLink BToA { get; }

    public static SctpPair Connected(int seed = 1, SctpOptions? options = null, SctpOptions? optionsB = null)
    {
        var pair = new SctpPair(seed, options, optionsB);
        pair.A.Connect(pair.Now);
        pair.RunUntil(() => pair.A.State == SctpState.Established && pair.B.State == SctpState.Established);
        return pair;
    }

    public void Flush()
    {
        while (A.TryGetPacket(Now, _buffer, out int length))
            AToB.Send(Now, _buffer.AsSpan(0, length));
        while (B.TryGetPacket(Now, _buffer, out int length))
            BToA.Send(Now, _buffer.AsSpan(0, length));
    }

    /// <summary>Runs virtual time until a condition holds; fails when it does not in time.</summary>
    public void RunUntil(Func<bool> condition, double seconds = 120)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        while (!condition())
        {
            Assert.True(Step(end), $"seed {Seed}: not reached by {Now}; A {A.State}, B {B.State}");
        }
    }

    /// <summary>Lets virtual time pass.</summary>
    public void Run(double seconds)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        while (Step(end))
        {
        }

        Now = end;
    }

    private bool Step(TimeSpan end)
    {
        Flush();
        var next = new[] { AToB.NextArrival, BToA.NextArrival, A.NextDeadline, B.NextDeadline }.Min();
        if (next is not { } at || at > end)
            return false;
        if (at > Now)
            Now = at;
        while (AToB.TryReceive(Now, out var packet))
        {
            B.Receive(Now, packet);
            Flush();
        }

        while (BToA.TryReceive(Now, out var packet))
        {
            A.Receive(Now, packet);
            Flush();
        }

        if (A.NextDeadline <= Now)
            A.Tick(Now);
        if (B.NextDeadline <= Now)
            B.Tick(Now);
        return true;
    }
}

using Peercast.Player.Playback;
using Peercast.Player.Session;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Transport;

namespace Peercast.EndToEnd.Tests;

/// <summary>Viewers of one channel in this process.</summary>
internal sealed class Audience(string link) : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<(ViewerSession Session, Task Running)> _viewers = [];

    /// <summary>Viewers that have stopped watching.</summary>
    public int Ended => _viewers.Count(viewer => viewer.Running.IsCompleted);

    /// <summary>Adds a viewer that connects in the ordinary way.</summary>
    public (ViewerSession Session, CollectingOutput Output) Add() => Add(WebRtcConnections.Create);

    /// <summary>Adds a viewer with connections of the test's own.</summary>
    public (ViewerSession Session, CollectingOutput Output) Add(Func<PeerEnvironment, IPeerConnectionFactory> connections)
    {
        var output = new CollectingOutput();
        var session = new ViewerSession(new ViewerRequest { Link = link }, output, connections);
        _viewers.Add((session, session.RunAsync(_stop.Token)));
        return (session, output);
    }

    /// <summary>Waits, within bounds, until something holds.</summary>
    public static async Task UntilAsync(Func<bool> holds, TimeSpan atMost, string what)
    {
        for (TimeSpan waited = TimeSpan.Zero; !holds(); waited += Poll)
        {
            Assert.True(waited < atMost, $"not within {atMost.TotalSeconds} s: {what}");
            await Task.Delay(Poll);
        }
    }

    /// <summary>All viewers' figures, added up by <paramref name="figure"/>.</summary>
    public long Sum(Func<SwarmStatistics, long> figure) =>
        _viewers.Sum(viewer => viewer.Session.GetStatistics() is { } statistics ? figure(statistics) : 0);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_viewers.Select(viewer => viewer.Running));
        foreach ((ViewerSession session, _) in _viewers)
        {
            await session.DisposeAsync();
        }

        _stop.Dispose();
    }
}

using System.Text;
using Peercast.Origin.Tracker;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tests.Tracker;

/// <summary>A swarm tracker with a clock and a mailbox for each connection.</summary>
internal sealed class TrackerFixture
{
    public static readonly SwarmId Swarm = SwarmId.Derive(Hash256.Of("channel"u8), "main");
    public static readonly byte[] Secret = Encoding.ASCII.GetBytes("sixteen bytes and more");

    private readonly Dictionary<long, Queue<SignalingMessage>> _inbox = [];
    private long _next;

    public TrackerFixture(int maxViewers = 20_000, int seed = 1) => Tracker = new SwarmTracker(Swarm, maxViewers, Secret, new Random(seed));

    public SwarmTracker Tracker { get; }

    public TimeSpan Now { get; set; }

    public HashSet<long> Closed { get; } = [];

    public long Sent { get; private set; }

    public static JoinMessage JoinOf(int uplinkKbps = 4_000, bool listening = true, string? resume = null) =>
        new(1, Swarm.ToString(), uplinkKbps, listening, resume);

    public long Connect() => ++_next;

    public Viewer Join(int uplinkKbps = 4_000, bool listening = true, string? resume = null)
    {
        long connection = Connect();
        Send(connection, JoinOf(uplinkKbps, listening, resume));
        var welcome = Take<WelcomeMessage>(connection);
        var peers = Take<PeersMessage>(connection);
        return new Viewer(connection, welcome.PeerId, welcome, peers);
    }

    public void Send(long connection, SignalingMessage? message)
    {
        Tracker.Receive(Now, connection, message);
        Drain();
    }

    public void Disconnect(long connection)
    {
        Tracker.Disconnected(Now, connection);
        Drain();
    }

    public void Advance(double seconds)
    {
        TimeSpan end = Now + TimeSpan.FromSeconds(seconds);
        while (Tracker.NextDeadline <= end)
        {
            Now = Tracker.NextDeadline > Now ? Tracker.NextDeadline : Now;
            Tracker.Tick(Now);
            Drain();
        }

        Now = end;
    }

    public List<SignalingMessage> TakeAll(long connection)
    {
        var queue = _inbox.GetValueOrDefault(connection);
        var all = queue?.ToList() ?? [];
        queue?.Clear();
        return all;
    }

    public T Take<T>(long connection)
        where T : SignalingMessage => Assert.IsType<T>(_inbox[connection].Dequeue());

    private void Drain()
    {
        while (Tracker.TryDrain(out var command))
        {
            Assert.DoesNotContain(command.Connection, Closed);
            if (command.Message is null)
            {
                Closed.Add(command.Connection);
                continue;
            }

            Sent++;
            if (!_inbox.TryGetValue(command.Connection, out var queue))
            {
                _inbox[command.Connection] = queue = new Queue<SignalingMessage>();
            }

            queue.Enqueue(command.Message);
        }
    }
}

internal sealed record Viewer(long Connection, string Id, WelcomeMessage Welcome, PeersMessage Peers);

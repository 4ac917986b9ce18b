using Peercast.Origin.Tracker;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;
using Peercast.Simulation.Kernel;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Origin;

/// <summary>The production tracker in virtual time; a viewer's connection is its actor's index.</summary>
internal sealed class TrackerActor(int index, SwarmTracker tracker, Paths paths) : Actor(index)
{
    private readonly HashSet<long> _closed = [];

    /// <summary>Copies of each chunk that the seeds are told to fetch.</summary>
    public int Copies => tracker.Duty.Copies;

    /// <summary>How many seeds there are.</summary>
    public int Seeds => tracker.Duty.Seeds.Length;

    /// <inheritdoc/>
    protected override TimeSpan TimerAt => tracker.Statistics.Viewers > 0 ? tracker.NextDeadline : TimeSpan.MaxValue;

    /// <summary>Makes the tracker of a swarm.</summary>
    public static SwarmTracker Create(SwarmId swarm, Random random)
    {
        byte[] secret = new byte[32];
        random.NextBytes(secret);
        return new SwarmTracker(swarm, 1_000_000, secret, random);
    }

    /// <inheritdoc/>
    protected override void Handle(in SimEvent e)
    {
        if (_closed.Contains(e.Number))
        {
            return;
        }

        if (e.Kind == EventKind.Signaling)
        {
            tracker.Receive(Now, e.Number, (SignalingMessage)e.Content!);
        }
        else
        {
            _closed.Add(e.Number);
            tracker.Disconnected(Now, e.Number);
        }

        Pump();
    }

    /// <inheritdoc/>
    protected override void OnTimer()
    {
        tracker.Tick(Now);
        Pump();
    }

    private void Pump()
    {
        while (tracker.TryDrain(out TrackerCommand command))
        {
            int viewer = (int)command.Connection;
            TimeSpan at = Now + paths.DelayToOrigin(viewer);
            if (command.Message is { } message)
            {
                Send(viewer, at, new SimEvent(EventKind.Signaling, 0, message));
            }
            else
            {
                _closed.Add(command.Connection);
                Send(viewer, at, new SimEvent(EventKind.SignalingLost));
            }
        }
    }
}

using System.Collections.Immutable;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tracker;

/// <summary>
/// The tracker of one swarm: who is there, who was introduced to whom, what is relayed, who seeds. A state machine
/// without clock, lock or socket, so that a simulator can run it with ten thousand viewers: no message costs work in
/// proportion to the audience. Not safe for use by two threads at once.
/// </summary>
internal sealed class SwarmTracker
{
    private readonly SwarmId _swarm;
    private readonly int _maxViewers;
    private readonly Random _random;
    private readonly ResumeTokens _tokens;
    private readonly PeerSampler _sampler;
    private readonly SeedDesk _seeds = new();
    private readonly DepartedViewers _departed = new();
    private readonly Dictionary<long, TrackerMember> _byConnection = [];
    private readonly Dictionary<PeerId, TrackerMember> _byId = [];
    private readonly Queue<TrackerCommand> _commands = new();
    private SwarmStatistics _totals;
    private SwarmStatistics _settled;

    /// <param name="swarm">The swarm; a join to another is refused.</param>
    /// <param name="maxViewers">Viewers beyond these are turned away.</param>
    /// <param name="secret">For the resume tokens, see <see cref="ResumeTokens"/>.</param>
    /// <param name="random">For ids and samples; a seeded one makes a simulation repeatable.</param>
    public SwarmTracker(SwarmId swarm, int maxViewers, ReadOnlySpan<byte> secret, Random random)
    {
        _swarm = swarm;
        _maxViewers = maxViewers;
        _random = random;
        _tokens = new ResumeTokens(secret, swarm);
        _sampler = new PeerSampler(random);
    }

    /// <summary>What the viewers reported so far, and how many are there.</summary>
    public SwarmStatistics Statistics => _totals with { Viewers = _byId.Count };

    /// <summary>The seeds and the copies of each chunk now.</summary>
    public (ImmutableArray<(PeerId Peer, double Weight)> Seeds, int Copies) Duty => (_seeds.Seeds, _seeds.Copies);

    /// <summary>When <see cref="Tick"/> is next due.</summary>
    public TimeSpan NextDeadline => _seeds.Due;

    /// <summary>A viewer sent a message.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Names the viewer's connection; the driver never gives the same number to another.</param>
    /// <param name="message">The message; <c>null</c>: bytes that are no message.</param>
    public void Receive(TimeSpan now, long connection, SignalingMessage? message)
    {
        if (!_byConnection.TryGetValue(connection, out TrackerMember? member))
        {
            if (message is JoinMessage join)
            {
                Join(now, connection, join);
            }
            else
            {
                Refuse(connection, "malformed", "The first message must be a join.");
            }

            return;
        }

        switch (message)
        {
            case RelayedMessage relayed when RelayRules.IsWellFormed(relayed):
                Relay(now, member, relayed);
                break;
            case WantPeersMessage want when want is { Count: > 0, Exclude: { IsDefault: false, Length: <= TrackerLimits.ExcludedPeers } }:
                if (Allowed(now, member, member.TryRequest(now)))
                {
                    Introduce(member, Math.Min(want.Count, TrackerLimits.PeersPerMessage), want.Exclude);
                }

                break;
            case ReportMessage report:
                if (Allowed(now, member, member.TryRequest(now)))
                {
                    Report(now, member, report);
                }

                break;
            case LeaveMessage:
                Remove(now, member);
                _commands.Enqueue(new TrackerCommand(connection, null));
                break;
            default:
                Expel(now, member, "malformed", "That is no message a viewer sends.");
                break;
        }
    }

    /// <summary>A connection is gone. Nothing more is sent on it.</summary>
    public void Disconnected(TimeSpan now, long connection)
    {
        if (_byConnection.TryGetValue(connection, out TrackerMember? member))
        {
            Remove(now, member);
        }
    }

    /// <summary>Does what is due by the clock.</summary>
    public void Tick(TimeSpan now)
    {
        if (now >= _seeds.Due)
        {
            _seeds.Update(now, _byId, _sampler, _settled, Send);
        }
    }

    /// <summary>Takes the next thing to do; <c>false</c>: nothing more for now.</summary>
    public bool TryDrain(out TrackerCommand command) => _commands.TryDequeue(out command);

    private void Join(TimeSpan now, long connection, JoinMessage join)
    {
        if (join.Version != 1)
        {
            Refuse(connection, "version", "This tracker speaks version 1.");
            return;
        }

        if (!string.Equals(join.SwarmId, _swarm.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            Refuse(connection, "swarm", "This channel has another swarm; reload the channel.");
            return;
        }

        bool resumes = _tokens.TryRead(join.Resume, out PeerId id);
        TrackerMember? before = null;
        if (resumes)
        {
            before = _byId.GetValueOrDefault(id) ?? _departed.Take(id);
        }

        if (_byId.Count >= _maxViewers && (before is null || !_byId.ContainsKey(id)))
        {
            Refuse(connection, "full", "The channel has as many viewers as it can take.");
            return;
        }

        if (before is not null && _byId.ContainsKey(id))
        {
            // The old connection is a dead one whose end nobody has noticed yet, or a copy of this viewer.
            _byConnection.Remove(before.Connection);
            RemoveFromSwarm(now, before);
            Refuse(before.Connection, "replaced", "The same viewer has joined again.");
        }

        while (!resumes && (id.Value == 0 || _byId.ContainsKey(id)))
        {
            id = new PeerId((ulong)_random.NextInt64(long.MinValue, long.MaxValue));
        }

        int stated = Math.Clamp(join.UplinkKbps, 0, TrackerLimits.UplinkKbps);
        var member = new TrackerMember(id, connection, stated, join.Listening, now);
        if (before is not null)
        {
            member.Joined = before.Joined;
            member.ProvenKbps = Math.Min(before.ProvenKbps, stated);
            member.LastReport = before.LastReport;
            member.LastReportTime = before.LastReportTime;
            member.Introductions = before.Introductions;
            member.CountsFromFirstReport = before.CountsFromFirstReport;
        }
        else
        {
            member.CountsFromFirstReport = resumes;
        }

        _byConnection.Add(connection, member);
        _byId.Add(id, member);
        Send(member, new WelcomeMessage(id.ToString(), _tokens.Create(id), ReportIntervalMs(_byId.Count)));
        Introduce(member, TrackerLimits.FirstPeers, []);
        if (member.Listening)
        {
            _sampler.Add(member);
        }

        _seeds.Joined(now);
    }

    private void Introduce(TrackerMember member, int count, ImmutableArray<string> known)
    {
        var exclude = ImmutableArray.CreateBuilder<PeerId>(known.Length);
        foreach (string text in known)
        {
            if (PeerId.TryParse(text, out PeerId id))
            {
                exclude.Add(id);
            }
        }

        var entries = ImmutableArray.CreateBuilder<PeerEntry>(count);
        foreach (TrackerMember candidate in _sampler.Candidates(member, count, exclude.DrainToImmutable()))
        {
            member.Introductions.Add(candidate.Id);
            entries.Add(new PeerEntry(candidate.Id.ToString(), candidate.ExpectedKbps));
        }

        Send(member, new PeersMessage(entries.DrainToImmutable()));
    }

    private void Relay(TimeSpan now, TrackerMember from, RelayedMessage message)
    {
        if (!Allowed(now, from, from.TryRelay(now)))
        {
            return;
        }

        bool present = PeerId.TryParse(message.Peer, out PeerId id) && _byId.ContainsKey(id);
        TrackerMember? to = present ? _byId[id] : null;
        if (to is not null && to != from && (from.Introductions.Contains(id) || to.Introductions.Contains(from.Id)))
        {
            Send(to, message with { Peer = from.Id.ToString() });
            return;
        }

        // A stranger and one who has left get the same answer, so that nobody finds out who is there by asking.
        if (message is not RefusedMessage)
        {
            Send(from, new RefusedMessage(message.Peer, message.Session, "gone"));
        }

        if (!from.Introductions.Contains(id))
        {
            Blame(now, from);
        }
    }

    private void Report(TimeSpan now, TrackerMember member, ReportMessage report)
    {
        if (member.CountsFromFirstReport)
        {
            member.CountsFromFirstReport = false;
            if (!SwarmStatistics.IsPlausible(null, report, TimeSpan.FromDays(3650)))
            {
                Blame(now, member);
                return;
            }
        }
        else if (!SwarmStatistics.IsPlausible(member.LastReport, report, now - member.LastReportTime))
        {
            Blame(now, member);
            return;
        }
        else
        {
            _totals = _totals.Add(member.LastReport, report);
            if (now - member.Joined >= TrackerLimits.SettledAfter)
            {
                _settled = _settled.Add(member.LastReport, report);
            }
        }

        member.LastReport = report;
        member.LastReportTime = now;
        member.ProvenKbps = Math.Min(Math.Max(member.ProvenKbps, report.UplinkKbps), member.StatedKbps);
    }

    private bool Allowed(TimeSpan now, TrackerMember member, bool withinRate)
    {
        if (withinRate)
        {
            member.RateErrorSent = false;
            return true;
        }

        if (!member.RateErrorSent)
        {
            member.RateErrorSent = true;
            Send(member, new ErrorMessage("rate", "Too many messages; some were dropped."));
        }

        Blame(now, member);
        return false;
    }

    private void Blame(TimeSpan now, TrackerMember member)
    {
        if (!member.TryForgive(now))
        {
            Expel(now, member, "rate", "Too many messages that are not allowed.");
        }
    }

    private void Expel(TimeSpan now, TrackerMember member, string code, string text)
    {
        Remove(now, member);
        Refuse(member.Connection, code, text);
    }

    private void Remove(TimeSpan now, TrackerMember member)
    {
        _byConnection.Remove(member.Connection);
        RemoveFromSwarm(now, member);
        _departed.Add(now, member);
    }

    private void RemoveFromSwarm(TimeSpan now, TrackerMember member)
    {
        _byId.Remove(member.Id);
        if (member.SamplerIndex >= 0)
        {
            _sampler.Remove(member);
        }

        _seeds.Left(now, member.Id);
    }

    private void Send(TrackerMember member, SignalingMessage message) =>
        _commands.Enqueue(new TrackerCommand(member.Connection, message));

    private void Refuse(long connection, string code, string text)
    {
        _commands.Enqueue(new TrackerCommand(connection, new ErrorMessage(code, text)));
        _commands.Enqueue(new TrackerCommand(connection, null));
    }

    // So that reports stay below some two thousand a second, and are fresh where few viewers make a quick change likely.
    private static int ReportIntervalMs(int viewers) => viewers switch { < 200 => 2_000, < 2_000 => 5_000, _ => 10_000 };
}

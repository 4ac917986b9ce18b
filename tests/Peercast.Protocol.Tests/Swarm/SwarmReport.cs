using System.Globalization;
using Peercast.Protocol.Swarm;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>A run's measures over all living viewers.</summary>
internal sealed class SwarmReport
{
    public SwarmReport(VirtualSwarm swarm, IEnumerable<VirtualViewer>? viewers = null)
    {
        List<VirtualViewer> living = (viewers ?? swarm.Viewers.Where(viewer => !viewer.IsDead)).ToList();
        List<SwarmStatistics> all = living.ConvertAll(viewer => viewer.Statistics);
        double media = all.Sum(s => s.MediaBytes);
        Offload = all.Sum(s => s.NeighborBytes) / media;
        Duplicates = all.Sum(s => s.DuplicateBytes) / media;
        Control = all.Sum(s => s.ControlBytesReceived) / media;
        Stalls = all.Sum(s => s.Stalls);
        Continuity = (double)all.Sum(s => s.ChunksOnTime) / all.Sum(s => s.ChunksDue);
        Copies = swarm.Origin.Copies.Count == 0 ? 0 : swarm.Origin.Copies.Values.Average();
        List<TimeSpan> latencies = living.SelectMany(viewer => viewer.Latencies).Order().ToList();
        LatencyP95 = latencies.Count == 0 ? 0 : latencies[(int)(latencies.Count * 0.95)].TotalSeconds;
        Fallbacks = all.Sum(s => s.Fallbacks);
        Rejected = (double)all.Sum(s => s.RequestsRejected) / Math.Max(1, all.Sum(s => s.RequestsSent));
        TimedOut = all.Sum(s => s.RequestsTimedOut);
        Startup = all.Sum(s => s.OriginStartupBytes) / media;
        Seeded = all.Sum(s => s.OriginSeedBytes) / media;
        Wrong = living.Sum(viewer => viewer.WrongDeliveries);
    }

    public double Offload { get; }

    public double Duplicates { get; }

    public double Control { get; }

    public int Stalls { get; }

    public double Continuity { get; }

    public double Copies { get; }

    public double LatencyP95 { get; }

    public long Fallbacks { get; }

    public double Rejected { get; }

    public long TimedOut { get; }

    public double Startup { get; }

    public double Seeded { get; }

    public int Wrong { get; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"offload {Offload:F4} copies {Copies:F3} latency95 {LatencyP95:F2} stalls {Stalls} continuity {Continuity:F5} duplicates {Duplicates:F4} control {Control:F4} fallbacks {Fallbacks} rejected {Rejected:F3} timedOut {TimedOut} startup {Startup:F3} seeded {Seeded:F3} wrong {Wrong}");
}

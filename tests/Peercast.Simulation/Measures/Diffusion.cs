using Peercast.Protocol.Primitives;
using Peercast.Simulation.Viewers;

namespace Peercast.Simulation.Measures;

/// <summary>How long after its signing a chunk has reached so many of the viewers.</summary>
internal static class Diffusion
{
    /// <summary>For each share, the mean over chunks of the time until that share of its receivers has it.</summary>
    public static double[] Percentiles(Setting setting, TimeSpan length, IReadOnlyList<ViewerLog> viewers, IReadOnlyList<double> shares)
    {
        double[] sums = new double[shares.Count];
        if (setting.Broadcast.Plan.Recorded)
        {
            return sums;
        }

        var byChunk = new List<float>?[setting.Broadcast.ChunkCount];
        foreach ((int chunk, float seconds) in viewers.SelectMany(v => v.Arrivals))
        {
            TimeSpan signed = setting.Broadcast.SignedAt(new ChunkId(chunk));
            if (signed >= setting.WarmUp && signed < length - setting.Options.TargetLatency)
            {
                (byChunk[chunk] ??= []).Add(seconds);
            }
        }

        int counted = 0;
        foreach (List<float>? times in byChunk)
        {
            if (times is null)
            {
                continue;
            }

            times.Sort();
            counted++;
            for (int i = 0; i < shares.Count; i++)
            {
                sums[i] += times[Math.Clamp((int)Math.Ceiling(shares[i] * times.Count) - 1, 0, times.Count - 1)];
            }
        }

        return [.. sums.Select(sum => counted == 0 ? 0 : sum / counted)];
    }
}

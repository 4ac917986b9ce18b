namespace Peercast.Simulation.Kernel;

/// <summary>Seeds derived from seeds: the same on every machine and in every process.</summary>
internal static class HashCode32
{
    /// <summary>A seed for one purpose of one actor of one run.</summary>
    public static int Of(int seed, int index, int purpose)
    {
        ulong x = ((ulong)(uint)seed << 32 | (uint)index) + ((ulong)(uint)purpose * 0x9E3779B97F4A7C15) + 0x632BE59BD9B4E019;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return (int)(x ^ (x >> 31)) & int.MaxValue;
    }
}

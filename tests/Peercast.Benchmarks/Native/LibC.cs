using System.Runtime.InteropServices;

namespace Peercast.Benchmarks.Native;

/// <summary>What the measurements need of Linux and .NET does not offer.</summary>
internal static unsafe partial class LibC
{
    private const short PollIn = 1;
    private const long NanosecondsPerTick = 100;

    /// <summary>Waits until one of the descriptors has something to read, with a precision that paths in milliseconds need.</summary>
    /// <returns><see langword="false"/> when none has, all that time.</returns>
    public static bool WaitReadable(ReadOnlySpan<int> descriptors, TimeSpan longest)
    {
        PollDescriptor* polled = stackalloc PollDescriptor[descriptors.Length];
        for (int i = 0; i < descriptors.Length; i++)
        {
            polled[i] = new PollDescriptor { Descriptor = descriptors[i], Events = PollIn };
        }

        var time = new TimeSpecification
        {
            Seconds = longest.Ticks / TimeSpan.TicksPerSecond,
            Nanoseconds = longest.Ticks % TimeSpan.TicksPerSecond * NanosecondsPerTick,
        };
        return ppoll(polled, (nuint)descriptors.Length, &time, null) > 0;
    }

    [LibraryImport("libc")]
    private static partial int ppoll(PollDescriptor* descriptors, nuint count, TimeSpecification* timeout, void* signals);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

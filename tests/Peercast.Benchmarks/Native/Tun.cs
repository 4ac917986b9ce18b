using System.Runtime.InteropServices;
using System.Text;

namespace Peercast.Benchmarks.Native;

/// <summary>Imports for network interfaces whose packets a program reads and writes (Linux, Documentation/networking/tuntap).</summary>
internal static unsafe partial class Tun
{
    private const int ReadWrite = 2;
    private const int NameLength = 16;

    // struct ifreq: the name, then a union of which the flags are the first member; 40 bytes on 64-bit systems.
    private const int RequestLength = 40;
    private const nuint SetInterface = 0x400454CA;
    private const short NoPacketInformation = 0x1000;
    private const short IPPackets = 1;

    /// <summary>Makes an interface.</summary>
    /// <returns>The descriptor to read its packets from, one a read.</returns>
    /// <exception cref="InvalidOperationException">The system refuses; only root may.</exception>
    public static int Open(string name)
    {
        int descriptor = open("/dev/net/tun", ReadWrite);
        byte* request = stackalloc byte[RequestLength];
        new Span<byte>(request, RequestLength).Clear();
        Encoding.ASCII.GetBytes(name, new Span<byte>(request, NameLength - 1));
        *(short*)(request + NameLength) = IPPackets | NoPacketInformation;
        return descriptor >= 0 && ioctl(descriptor, SetInterface, request) == 0
            ? descriptor
            : throw new InvalidOperationException($"No interface {name} can be made (error {Marshal.GetLastPInvokeError()}): this needs root and /dev/net/tun.");
    }

    /// <summary>Reads one packet.</summary>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return (int)read(descriptor, bytes, (nuint)buffer.Length);
        }
    }

    /// <summary>Has a packet come out of the interface.</summary>
    public static void Write(int descriptor, ReadOnlySpan<byte> packet)
    {
        fixed (byte* bytes = packet)
        {
            _ = write(descriptor, bytes, (nuint)packet.Length);
        }
    }

    /// <summary>Takes the interface away.</summary>
    public static void Close(int descriptor) => _ = close(descriptor);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}

using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Peercast.WebRtc.Native;

/// <summary>
/// Imports from the C library of Linux, for what .NET's sockets do not offer: control messages beside a datagram. Names and
/// shapes are those of the manual pages sendmsg(2) and recvmsg(2).
/// </summary>
internal static unsafe partial class LibC
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(SafeSocketHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvmsg(SafeSocketHandle socket, MessageHeader* message, int flags);

    /// <summary><c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public byte* Bytes;
        public nuint Length;
    }

    /// <summary><c>struct cmsghdr</c> with the one number that the options for segments carry, padded to what CMSG_SPACE gives.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ControlMessage
    {
        /// <summary>Header and content, without padding (CMSG_LEN).</summary>
        public nuint Length;
        public int Level;
        public int Type;

        /// <summary>16 bits when sending, 32 when receiving.</summary>
        public int Value;
        public int Padding;

        /// <summary>The header's share of <see cref="Length"/>.</summary>
        public static nuint HeaderLength => (nuint)(sizeof(nuint) + (2 * sizeof(int)));
    }
}

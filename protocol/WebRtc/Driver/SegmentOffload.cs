using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Peercast.WebRtc.Native;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// UDP segmentation and receive offload of Linux (udp(7): UDP_SEGMENT since 4.18, UDP_GRO since 5.0): one call hands over
/// up to 64 KiB of datagrams of one size, and one way through the network stack serves them all.
/// </summary>
internal static unsafe class SegmentOffload
{
    private const int UdpLevel = 17;
    private const int UdpSegment = 103;
    private const int UdpGro = 104;

    // errno of what a device, a path or a sandbox cannot do; any other failure is that of one datagram.
    private const int InputOutputError = 5;
    private const int InvalidArgument = 22;
    private const int MessageTooLong = 90;
    private const int NoProtocolOption = 92;
    private const int NotSupported = 95;

    /// <summary>Whether the system can take several datagrams in one call.</summary>
    public static bool CanSend(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            Span<byte> value = stackalloc byte[sizeof(int)];
            socket.GetRawSocketOption(UdpLevel, UdpSegment, value);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Asks the system to hand out several datagrams in one call.</summary>
    /// <returns><see langword="false"/> when it cannot.</returns>
    public static bool TryEnableReceive(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            socket.SetRawSocketOption(UdpLevel, UdpGro, BitConverter.GetBytes(1));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Sends datagrams of one length, of which the last may be shorter.</summary>
    /// <returns><see langword="false"/> when that does not work here and nothing was sent. What else goes wrong is loss.</returns>
    public static bool TrySend(SafeSocketHandle socket, ReadOnlySpan<byte> datagrams, int segmentLength, SocketAddress destination)
    {
        fixed (byte* bytes = datagrams)
        fixed (byte* name = destination.Buffer.Span)
        {
            var vector = new LibC.IoVector { Bytes = bytes, Length = (nuint)datagrams.Length };
            var control = new LibC.ControlMessage
            {
                Length = LibC.ControlMessage.HeaderLength + sizeof(ushort),
                Level = UdpLevel,
                Type = UdpSegment,
                Value = BitConverter.IsLittleEndian ? segmentLength : segmentLength << 16,
            };
            var message = new LibC.MessageHeader
            {
                Name = name,
                NameLength = (uint)destination.Size,
                Vectors = &vector,
                VectorCount = 1,
                Control = &control,
                ControlLength = (nuint)sizeof(LibC.ControlMessage),
            };
            return LibC.sendmsg(socket, &message, 0) >= 0
                || Marshal.GetLastPInvokeError() is not (InputOutputError or InvalidArgument or MessageTooLong or NoProtocolOption or NotSupported);
        }
    }

    /// <summary>Waits for datagrams and takes those of one sender that the system has put together.</summary>
    /// <param name="socket">The socket; <see cref="TryEnableReceive"/> was asked before.</param>
    /// <param name="buffer">At least 64 KiB, or what does not fit is cut.</param>
    /// <param name="source">Takes the sender's address.</param>
    /// <param name="segmentLength">The length of each but the last.</param>
    /// <returns>Bytes received; negative for a failure.</returns>
    public static int Receive(SafeSocketHandle socket, Span<byte> buffer, SocketAddress source, out int segmentLength)
    {
        fixed (byte* bytes = buffer)
        fixed (byte* name = source.Buffer.Span)
        {
            var vector = new LibC.IoVector { Bytes = bytes, Length = (nuint)buffer.Length };
            var control = default(LibC.ControlMessage);
            var message = new LibC.MessageHeader
            {
                Name = name,
                NameLength = (uint)source.Buffer.Length,
                Vectors = &vector,
                VectorCount = 1,
                Control = &control,
                ControlLength = (nuint)sizeof(LibC.ControlMessage),
            };
            int received = (int)LibC.recvmsg(socket, &message, 0);
            bool several = message.ControlLength > 0 && control is { Level: UdpLevel, Type: UdpGro, Value: > 0 };
            segmentLength = several ? control.Value : received;
            if (received >= 0)
            {
                source.Size = (int)message.NameLength;
            }

            return received;
        }
    }
}

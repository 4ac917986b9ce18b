using System.Net;
using System.Net.Sockets;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// One bound UDP socket with a thread that receives. Blocking calls with a <see cref="SocketAddress"/> allocate nothing
/// and are measured to be much faster than the asynchronous ones. Sending is safe from any thread and never throws.
/// </summary>
internal sealed class DatagramSocket : IDisposable
{
    // SIO_UDP_CONNRESET: Windows reports an ICMP "port unreachable" as a failed receive unless told not to.
    private const int WindowsUdpConnectionReset = unchecked((int)0x9800000C);

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly Socket _socket;
    private readonly IDatagramReceiver _receiver;
    private readonly Thread _thread;
    private readonly bool _receivesSegments;
    private volatile bool _sendsSegments;
    private volatile bool _stopping;

    /// <summary>Binds.</summary>
    /// <param name="number">Its number in the factory.</param>
    /// <param name="local">The address; port 0 for any free one.</param>
    /// <param name="receiveBuffer">Bytes that the system may hold for us; it may grant less.</param>
    /// <param name="sendBuffer">Bytes that wait to be sent; the system may grant less.</param>
    /// <param name="useSegmentOffload">Several datagrams in one call, where the system can.</param>
    /// <param name="receiver">Takes the datagrams once <see cref="Start"/> was called.</param>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public DatagramSocket(int number, IPEndPoint local, int receiveBuffer, int sendBuffer, bool useSegmentOffload, IDatagramReceiver receiver)
    {
        Number = number;
        _receiver = receiver;
        _socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // One socket per address: IPv4 has its own.
                _socket.DualMode = false;
            }

            if (OperatingSystem.IsWindows())
            {
                _socket.IOControl(WindowsUdpConnectionReset, [0, 0, 0, 0], null);
            }

            _socket.ReceiveBufferSize = receiveBuffer;
            _socket.SendBufferSize = sendBuffer;
            _receivesSegments = useSegmentOffload && SegmentOffload.TryEnableReceive(_socket);
            _sendsSegments = useSegmentOffload && SegmentOffload.CanSend(_socket);
            _socket.Bind(local);
            LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _thread = new Thread(ReceiveLoop) { IsBackground = true, Name = $"WebRTC {LocalEndPoint}" };
    }

    /// <summary>Its number in the factory.</summary>
    public int Number { get; }

    /// <summary>The address that it is bound to.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Whether it is worth the while to gather datagrams for <see cref="Send(SendBatch, SocketAddress)"/>.</summary>
    public bool SendsSegments => _sendsSegments;

    /// <summary>Begins to receive.</summary>
    public void Start() => _thread.Start();

    /// <summary>Sends one datagram. One that the system refuses is a lost one: what runs above deals with loss.</summary>
    public void Send(ReadOnlySpan<byte> datagram, SocketAddress destination)
    {
        try
        {
            _socket.SendTo(datagram, SocketFlags.None, destination);
        }
        catch (SocketException)
        {
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Sends several datagrams, in one call where that works.</summary>
    public void Send(SendBatch batch, SocketAddress destination)
    {
        ReadOnlySpan<byte> rest = batch.Bytes;
        if (batch.Count > 1 && _sendsSegments && !_stopping)
        {
            try
            {
                if (SegmentOffload.TrySend(_socket.SafeHandle, rest, batch.SegmentLength, destination))
                {
                    return;
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            // The kernel knows the option, but not for this device or path: nor will it the next time.
            _sendsSegments = false;
        }

        for (; !rest.IsEmpty; rest = rest[Math.Min(batch.SegmentLength, rest.Length)..])
        {
            Send(rest[..Math.Min(batch.SegmentLength, rest.Length)], destination);
        }
    }

    /// <summary>Ends the thread; waits for it unless it is the caller, but not for ever: a handler may be waiting for the caller.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;

        // Ends a receive that blocks, on every platform.
        _socket.Dispose();
        if (_thread.IsAlive && Thread.CurrentThread != _thread)
        {
            _thread.Join(StopTimeout);
        }
    }

    private void ReceiveLoop()
    {
        var batch = new ReceivedBatch(Number, LocalEndPoint.AddressFamily);
        while (!_stopping)
        {
            batch.Clear();
            try
            {
                do
                {
                    Receive(batch);
                }
                while (batch.HasRoom && _socket.Available > 0);
            }
            catch (SocketException failure) when (failure.SocketErrorCode is not SocketError.OperationAborted and not SocketError.Interrupted)
            {
                // An error that belongs to one datagram (too long for the buffer, an ICMP message): the next may be fine. A pause,
                // because an error that belongs to the socket would come back at once.
                Thread.Sleep(1);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // It is being closed, or it looks so: the loop's condition knows.
            }

            if (batch.Count > 0)
            {
                _receiver.DatagramsReceived(this, batch);
            }
        }
    }

    private void Receive(ReceivedBatch batch)
    {
        if (!_receivesSegments)
        {
            int length = _socket.ReceiveFrom(batch.Room[..ReceivedBatch.MaxDatagram], SocketFlags.None, batch.NextSource);
            batch.Commit(length, length);
            return;
        }

        int received = SegmentOffload.Receive(_socket.SafeHandle, batch.Room, batch.NextSource, out int segmentLength);
        if (received < 0)
        {
            throw new SocketException();
        }

        batch.Commit(received, segmentLength);
    }
}

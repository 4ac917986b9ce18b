using System.Net;
using System.Net.Sockets;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// The datagrams that waited in a socket when its thread came to it. Read together before the first of them is dealt with,
/// those of one sender take its connection's lock once and cause one acknowledgement.
/// </summary>
/// <param name="socket">The socket's number in its factory.</param>
/// <param name="family">Of its addresses.</param>
internal sealed class ReceivedBatch(int socket, AddressFamily family)
{
    /// <summary>
    /// Larger than any datagram that a peer of ours sends. A longer one is dropped.
    /// </summary>
    public const int MaxDatagram = 2048;

    /// <summary>What one read may bring: the most that the system puts together.</summary>
    public const int MaxRead = 64 * 1024;

    private const int MaxReads = 32;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(2 * MaxRead, pinned: true);
    private readonly SocketAddress?[] _sources = new SocketAddress?[MaxReads];
    private readonly PathKey[] _paths = new PathKey[MaxReads];
    private readonly List<(int Offset, int Length, int Read)> _datagrams = [];
    private int _reads;
    private int _length;

    /// <summary>How many.</summary>
    public int Count => _datagrams.Count;

    /// <summary>Whether there is room for one more read.</summary>
    public bool HasRoom => _reads < MaxReads && _buffer.Length - _length >= MaxRead;

    /// <summary>Where the next read puts its bytes.</summary>
    public Span<byte> Room => _buffer.AsSpan(_length, MaxRead);

    /// <summary>Where the next read puts the sender's address.</summary>
    public SocketAddress NextSource => _sources[_reads] ??= new SocketAddress(family);

    /// <summary>A datagram.</summary>
    public ReadOnlySpan<byte> this[int index] => _buffer.AsSpan(_datagrams[index].Offset, _datagrams[index].Length);

    /// <summary>Who sent it.</summary>
    public SocketAddress Source(int index) => _sources[_datagrams[index].Read]!;

    /// <summary>Who sent it, and to which socket.</summary>
    public PathKey Path(int index) => _paths[_datagrams[index].Read];

    /// <summary>Whether two were sent by the same.</summary>
    public bool IsSamePath(int one, int other) => _datagrams[one].Read == _datagrams[other].Read || Path(one) == Path(other);

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _datagrams.Clear();
        (_reads, _length) = (0, 0);
    }

    /// <summary>A read has put datagrams into <see cref="Room"/> and their sender into <see cref="NextSource"/>.</summary>
    /// <param name="length">Bytes of all.</param>
    /// <param name="segmentLength">Bytes of each but the last.</param>
    public void Commit(int length, int segmentLength)
    {
        if (length == 0)
        {
            // An empty datagram; or a socket that is being closed, which has no sender's address to tell.
            return;
        }

        _paths[_reads] = PathKey.From(socket, NextSource);
        for (int offset = 0; offset < length; offset += segmentLength)
        {
            int one = Math.Min(segmentLength, length - offset);
            if (one <= MaxDatagram)
            {
                _datagrams.Add((_length + offset, one, _reads));
            }
        }

        _length += length;
        _reads++;
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// Finds the connection that a datagram belongs to: a STUN request by the username fragment that it names, a STUN response
/// by the transaction that it answers, DTLS by the address that it comes from. What belongs to none is dropped.
/// Safe from any thread; looking up allocates nothing.
/// </summary>
internal sealed class Demultiplexer : IDatagramReceiver
{
    // RFC 8839 section 5.4: ice-ufrag has at most 256 characters.
    private const int MaxFragmentLength = 256;

    private readonly ConcurrentDictionary<string, IPacketTarget> _fragments = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IPacketTarget>.AlternateLookup<ReadOnlySpan<char>> _fragmentsByText;
    private readonly ConcurrentDictionary<StunTransactionId, IPacketTarget> _transactions = new();
    private readonly ConcurrentDictionary<PathKey, IPacketTarget> _paths = new();

    public Demultiplexer() => _fragmentsByText = _fragments.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Entries of all three kinds: what a closed connection leaves behind must be nothing.</summary>
    public int Count => _fragments.Count + _transactions.Count + _paths.Count;

    /// <summary>The fragments that are known.</summary>
    public ICollection<string> Fragments => _fragments.Keys;

    /// <summary>Directs STUN requests that begin their username with a fragment of ours.</summary>
    /// <returns><see langword="false"/> when another connection has the fragment.</returns>
    public bool TryAddFragment(string fragment, IPacketTarget target) => _fragments.TryAdd(fragment, target);

    /// <summary>Directs the response to a request that is about to be sent.</summary>
    public void AddTransaction(StunTransactionId id, IPacketTarget target) => _transactions[id] = target;

    /// <summary>Directs DTLS from an address that nobody else has.</summary>
    /// <returns><see langword="false"/> when another connection has it.</returns>
    public bool TryAddPath(PathKey path, IPacketTarget target) => ReferenceEquals(_paths.GetOrAdd(path, target), target);

    /// <summary>Directs DTLS from an address, whoever had it.</summary>
    /// <returns>The connection that had it; <see langword="null"/> when none or the same.</returns>
    public IPacketTarget? TakePath(PathKey path, IPacketTarget target)
    {
        IPacketTarget? before = null;
        _paths.AddOrUpdate(path, target, (_, other) =>
        {
            before = other;
            return target;
        });
        return ReferenceEquals(before, target) ? null : before;
    }

    /// <summary>Forgets a fragment.</summary>
    public void RemoveFragment(string fragment, IPacketTarget target) => _fragments.TryRemove(new(fragment, target));

    /// <summary>Forgets a transaction.</summary>
    public void RemoveTransaction(StunTransactionId id, IPacketTarget target) => _transactions.TryRemove(new(id, target));

    /// <summary>Forgets an address, unless another connection has taken it.</summary>
    public void RemovePath(PathKey path, IPacketTarget target) => _paths.TryRemove(new(path, target));

    /// <summary>Whether a STUN message answers another: of the two class bits in its type, a response has the upper one (RFC 8489 section 5).</summary>
    public static bool IsStunResponse(ReadOnlySpan<byte> message) => (message[0] & 0x01) != 0;

    public void DatagramsReceived(DatagramSocket socket, ReceivedBatch batch)
    {
        for (int next = 0; next < batch.Count;)
        {
            int first = next++;
            switch (DatagramKinds.Of(batch[first]))
            {
                case DatagramKind.Stun:
                    FindByStun(batch[first])?.StunReceived(socket, batch.Source(first), batch[first]);
                    break;
                case DatagramKind.Dtls:
                    while (next < batch.Count && batch.IsSamePath(first, next) && DatagramKinds.Of(batch[next]) == DatagramKind.Dtls)
                    {
                        next++;
                    }

                    if (_paths.TryGetValue(batch.Path(first), out IPacketTarget? target))
                    {
                        target.DtlsReceived(batch, first, next);
                    }

                    break;
            }
        }
    }

    private IPacketTarget? FindByStun(ReadOnlySpan<byte> datagram)
    {
        if (!StunMessage.LooksLikeStun(datagram))
        {
            return null;
        }

        if (IsStunResponse(datagram))
        {
            return _transactions.TryGetValue(StunTransactionId.Read(datagram[8..]), out IPacketTarget? asked) ? asked : null;
        }

        if (!StunMessage.TryReadUsernameFragment(datagram, out ReadOnlySpan<byte> bytes) || bytes.Length > MaxFragmentLength)
        {
            return null;
        }

        Span<char> text = stackalloc char[MaxFragmentLength];
        return Ascii.ToUtf16(bytes, text, out int length) == System.Buffers.OperationStatus.Done
            && _fragmentsByText.TryGetValue(text[..length], out IPacketTarget? named) ? named : null;
    }
}

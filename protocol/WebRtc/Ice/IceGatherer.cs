using System.Net;
using System.Net.Sockets;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Ice;

/// <summary>Our candidates: a host candidate for each base, and what the STUN servers see of it (RFC 8445 section 5.1.1).</summary>
internal sealed class IceGatherer(IceOptions options, IceTransactionTable transactions)
{
    private const int MaxBases = 16;
    private const int MaxServers = 8;
    private const int MaxReflexive = 64;
    private readonly List<IceLocalCandidate> _hosts = [];
    private readonly List<IceLocalCandidate> _reflexive = [];
    private readonly List<string> _foundations = [];
    private readonly Queue<IceLocalCandidate> _unannounced = new();
    private readonly Queue<(IceLocalCandidate Host, IPEndPoint Server)> _unasked = new();
    private int _outstanding;
    private int _basesAdded;

    /// <summary>Host candidates in the order of their bases.</summary>
    public IReadOnlyList<IceLocalCandidate> Hosts => _hosts;

    /// <summary>At least one base is known and no STUN server is still to answer.</summary>
    public bool IsComplete => _hosts.Count > 0 && !HasWork && _outstanding == 0;

    /// <summary>A STUN server has not been asked yet.</summary>
    public bool HasWork => _unasked.Count > 0;

    /// <summary>Takes the address of a bound socket.</summary>
    /// <returns>The new host candidate, or <see langword="null"/> when the base is known already, is no unicast address, or is one too many.</returns>
    public IceLocalCandidate? AddBase(IPEndPoint localBase)
    {
        if (_hosts.Count >= MaxBases || FindHost(localBase) is not null
            || localBase.Port == 0 || !IceCandidateLine.IsUnicast(localBase.Address))
        {
            return null;
        }

        var host = new IceLocalCandidate(
            IceCandidateType.Host, localBase, localBase, Foundation($"host {localBase.Address}"), ushort.MaxValue - (_basesAdded++ % ushort.MaxValue));
        _hosts.Add(host);
        _unannounced.Enqueue(host);
        foreach (IPEndPoint server in options.StunServers.Take(MaxServers))
        {
            // From a loopback address only a loopback server can be reached.
            if (server.AddressFamily == localBase.AddressFamily
                && (IPAddress.IsLoopback(server.Address) || !IPAddress.IsLoopback(localBase.Address)))
            {
                _unasked.Enqueue((host, server));
            }
        }

        return host;
    }

    /// <summary>Forgets a socket that is gone.</summary>
    /// <returns>Its host candidate, or <see langword="null"/> when it is not known.</returns>
    public IceLocalCandidate? RemoveBase(IPEndPoint localBase)
    {
        if (FindHost(localBase) is not { } host)
            return null;
        _hosts.Remove(host);
        _reflexive.RemoveAll(candidate => candidate.Base.Equals(localBase));
        Keep(_unannounced, candidate => !candidate.Base.Equals(localBase));
        Keep(_unasked, question => !question.Host.Base.Equals(localBase));
        return host;
    }

    public IceLocalCandidate? FindHost(IPEndPoint localBase) => _hosts.Find(host => host.Base.Equals(localBase));

    public bool TryTakeUnannounced(out IceLocalCandidate? candidate) => _unannounced.TryDequeue(out candidate);

    /// <summary>Asks the next server.</summary>
    public void SendNext(TimeSpan now)
    {
        if (!_unasked.TryDequeue(out (IceLocalCandidate Host, IPEndPoint Server) next))
            return;
        StunTransactionId id = transactions.NewId();
        Span<byte> buffer = stackalloc byte[64];
        var builder = new StunMessageBuilder(buffer, StunClass.Request, id);
        builder.AddFingerprint();
        _outstanding++;
        transactions.Start(new IceTransaction
        {
            Id = id,
            Kind = IceTransactionKind.Gather,
            Request = buffer[..builder.Length].ToArray(),
            LocalBase = next.Host.Base,
            Remote = next.Server,
            SentAt = now,
            Rto = options.InitialRto,
            DueAt = now + options.InitialRto,
            SendsLeft = options.GatherSends - 1,
        });
    }

    /// <summary>A server has answered: a new address becomes a candidate.</summary>
    public void Answered(IceTransaction transaction, in StunMessage response)
    {
        _outstanding--;
        if (response.Class != StunClass.Success || !response.TryGetMappedAddress(out IPEndPoint? mapped)
            || FindHost(transaction.LocalBase) is not { } host)
        {
            return;
        }

        AddReflexive(host, mapped!, $"srflx {host.Base.Address} {transaction.Remote.Address}");
    }

    /// <summary>A router has given a base another address.</summary>
    public void AddMapped(IPEndPoint localBase, IPEndPoint mapped)
    {
        if (FindHost(localBase) is { } host)
            AddReflexive(host, mapped, $"mapped {host.Base.Address}");
    }

    public void TimedOut() => _outstanding--;

    private void AddReflexive(IceLocalCandidate host, IPEndPoint address, string foundation)
    {
        // RFC 8445 section 5.1.3: redundant when another candidate has the address, as where there is no NAT.
        if (address.Port == 0 || address.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            || !IceCandidateLine.IsUnicast(address.Address) || FindHost(address) is not null
            || _reflexive.Count >= MaxReflexive || _reflexive.Exists(other => other.Address.Equals(address)))
        {
            return;
        }

        var candidate = new IceLocalCandidate(IceCandidateType.ServerReflexive, address, host.Base, Foundation(foundation), host.LocalPreference);
        _reflexive.Add(candidate);
        _unannounced.Enqueue(candidate);
    }

    private static void Keep<T>(Queue<T> queue, Func<T, bool> wanted)
    {
        for (int left = queue.Count; left > 0; left--)
        {
            T item = queue.Dequeue();
            if (wanted(item))
                queue.Enqueue(item);
        }
    }

    private string Foundation(string key)
    {
        int index = _foundations.IndexOf(key);
        if (index < 0)
        {
            index = _foundations.Count;
            _foundations.Add(key);
        }

        return (index + 1).ToString();
    }
}

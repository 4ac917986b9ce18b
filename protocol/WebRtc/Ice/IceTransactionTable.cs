using System.Net;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Ice;

/// <summary>Outstanding requests of one agent: sends, retransmits with back-off, and gives up.</summary>
internal sealed class IceTransactionTable(IceOptions options, IceOutbox outbox)
{
    /// <summary>Room for a check and a replaced one of every pair, and for gathering; beyond that the oldest counts as timed out.</summary>
    private const int MaxTransactions = 512;

    private readonly List<IceTransaction> _transactions = [];

    /// <summary>When <see cref="Advance"/> is next due.</summary>
    public TimeSpan? NextDeadline => _transactions.Count == 0 ? null : _transactions.Min(static transaction => transaction.DueAt);

    public StunTransactionId NewId()
    {
        Span<byte> bytes = stackalloc byte[StunTransactionId.Length];
        options.FillSecureRandom(bytes);
        return StunTransactionId.Read(bytes);
    }

    /// <summary>Sends a new request. Its first send is counted here.</summary>
    public void Start(IceTransaction transaction)
    {
        if (_transactions.Count >= MaxTransactions)
        {
            _transactions[0].StopSending();
            _transactions[0].DueAt = transaction.SentAt;
        }

        _transactions.Add(transaction);
        outbox.Add(transaction.Request, transaction.LocalBase, transaction.Remote);
    }

    public bool Contains(StunTransactionId id) => _transactions.Exists(transaction => transaction.Id == id);

    public IceTransaction? Find(StunTransactionId id) => _transactions.Find(transaction => transaction.Id == id);

    public void Remove(IceTransaction transaction) => _transactions.Remove(transaction);

    /// <summary>Sends again what is due and hands over what has timed out.</summary>
    public void Advance(TimeSpan now, Action<IceTransaction> timedOut)
    {
        List<IceTransaction>? over = null;
        foreach (IceTransaction transaction in _transactions)
        {
            if (transaction.DueAt > now)
                continue;
            if (transaction.SendsLeft == 0)
            {
                (over ??= []).Add(transaction);
                continue;
            }

            transaction.SendsLeft--;
            transaction.Retransmitted = true;
            transaction.Rto = TimeSpan.FromTicks(Math.Min(transaction.Rto.Ticks * 2, options.MaxRto.Ticks));
            transaction.DueAt = now + transaction.Rto;
            outbox.Add(transaction.Request, transaction.LocalBase, transaction.Remote);
        }

        if (over is null)
            return;
        foreach (IceTransaction transaction in over)
        {
            _transactions.Remove(transaction);
            timedOut(transaction);
        }
    }

    /// <summary>Gives up what was sent from a socket that is gone.</summary>
    public void RemoveOf(IPEndPoint localBase, Action<IceTransaction> timedOut)
    {
        foreach (IceTransaction transaction in _transactions.FindAll(transaction => transaction.LocalBase.Equals(localBase)))
        {
            _transactions.Remove(transaction);
            timedOut(transaction);
        }
    }

    public void Clear() => _transactions.Clear();
}

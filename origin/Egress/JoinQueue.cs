namespace Peercast.Origin.Egress;

/// <summary>
/// Those who wait to join, in the order in which they came. Each is told when to ask again; who does not is gone, and holds
/// up nobody for long.
/// </summary>
/// <param name="newTicket">Draws a number that nobody can guess: a ticket is a place.</param>
internal sealed class JoinQueue(Func<long> newTicket)
{
    /// <summary>So much later than told, a viewer still has its place.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    private readonly LinkedList<Waiting> _line = [];
    private readonly Dictionary<long, LinkedListNode<Waiting>> _byTicket = [];

    /// <summary>How many wait.</summary>
    public int Count => _line.Count;

    /// <summary>What stands before a ticket, in bytes and heads; a ticket that is none stands at the end.</summary>
    public (double Bytes, int Heads) Before(long ticket)
    {
        double bytes = 0;
        int heads = 0;
        foreach (Waiting waiting in _line)
        {
            if (waiting.Ticket == ticket)
            {
                break;
            }

            bytes += waiting.Bytes;
            heads++;
        }

        return (bytes, heads);
    }

    /// <summary>Whether somebody waits with this ticket.</summary>
    public bool Holds(long ticket) => _byTicket.ContainsKey(ticket);

    /// <summary>Puts a viewer at the end, or leaves it where it stands.</summary>
    /// <param name="ticket">Its ticket; any other number: it is new.</param>
    /// <param name="bytes">What its join costs.</param>
    /// <param name="returnsAt">When it is told to ask again.</param>
    /// <returns>Its ticket.</returns>
    public long Wait(long ticket, double bytes, TimeSpan returnsAt)
    {
        if (!_byTicket.TryGetValue(ticket, out LinkedListNode<Waiting>? node))
        {
            do
            {
                ticket = newTicket();
            }
            while (ticket == 0 || _byTicket.ContainsKey(ticket));

            node = _line.AddLast(new Waiting(ticket));
            _byTicket.Add(ticket, node);
        }

        node.Value.Bytes = bytes;
        node.Value.ExpiresAt = returnsAt + Grace;
        return ticket;
    }

    /// <summary>A viewer was let in, or gave up.</summary>
    public void Remove(long ticket)
    {
        if (_byTicket.Remove(ticket, out LinkedListNode<Waiting>? node))
        {
            _line.Remove(node);
        }
    }

    /// <summary>Forgets those who did not come back.</summary>
    public void Expire(TimeSpan now)
    {
        for (LinkedListNode<Waiting>? node = _line.First; node is not null;)
        {
            LinkedListNode<Waiting>? next = node.Next;
            if (node.Value.ExpiresAt < now)
            {
                Remove(node.Value.Ticket);
            }

            node = next;
        }
    }

    private sealed class Waiting(long ticket)
    {
        public long Ticket { get; } = ticket;

        public double Bytes { get; set; }

        public TimeSpan ExpiresAt { get; set; }
    }
}

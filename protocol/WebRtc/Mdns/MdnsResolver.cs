using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Peercast.WebRtc.Mdns;

/// <summary>A query to send to the group.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">Which address of it.</param>
internal readonly record struct MdnsQuestion(string Name, MdnsRecordType Type);

/// <summary>The outcome of one lookup.</summary>
/// <param name="Name">As it was asked for, in lower case.</param>
/// <param name="Addresses">Empty when nobody has answered.</param>
internal readonly record struct MdnsResult(string Name, IReadOnlyList<IPAddress> Addresses);

/// <summary>
/// Finds the addresses behind names of browsers by multicast DNS, RFC 6762, as a state machine without clock or socket. After any call the driver sends
/// what <see cref="TryGetQuestion"/> gives to the group, takes the outcomes from <see cref="TryGetResult"/>, and calls <see cref="Tick"/> at
/// <see cref="NextDeadline"/>. Bounded: who names a name is a stranger.
/// </summary>
internal sealed class MdnsResolver
{
    /// <summary>Names that can be looked up at once; more fail at once.</summary>
    public const int MaxLookups = 32;

    // RFC 6762 section 5.2: a second before the first repetition, then at least twice the time. Browsers answer the same record once a second.
    private static readonly TimeSpan FirstRepeat = TimeSpan.FromSeconds(1);
    private const int Sends = 3;

    private readonly List<Lookup> _lookups = [];
    private readonly Queue<MdnsQuestion> _questions = new();
    private readonly Queue<MdnsResult> _results = new();
    private readonly List<MdnsAddress> _received = [];

    /// <summary>No lookup is under way and no outcome waits.</summary>
    public bool IsIdle => _lookups.Count == 0 && _results.Count == 0;

    /// <summary>When <see cref="Tick"/> is next due; <see langword="null"/> while nothing is under way.</summary>
    public TimeSpan? NextDeadline => _lookups.Count == 0 ? null : _lookups.Min(static lookup => lookup.DueAt);

    /// <summary>Begins to look a name up, unless that is under way; there will be one result for it either way.</summary>
    /// <param name="now">The time.</param>
    /// <param name="name">Any text; one that is not <see cref="MdnsName.IsValid"/> has no addresses.</param>
    public void Resolve(TimeSpan now, string name)
    {
        name = name.ToLowerInvariant();
        if (_lookups.Exists(lookup => lookup.Name == name))
            return;
        if (!MdnsName.IsValid(name) || _lookups.Count >= MaxLookups)
        {
            _results.Enqueue(new MdnsResult(name, []));
            return;
        }

        var started = new Lookup(name);
        _lookups.Add(started);
        Ask(now, started);
    }

    /// <summary>Takes a datagram from the group. What is malformed or answers nothing that was asked has no effect.</summary>
    public void Receive(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        if (_lookups.Count == 0)
            return;
        _received.Clear();
        if (!MdnsMessage.TryReadAddresses(datagram, _received))
            return;
        foreach (string name in _received.Select(static received => received.Name).Distinct().ToList())
        {
            // The first response decides: a browser gives each of its addresses a name of its own.
            if (_lookups.RemoveAll(lookup => lookup.Name == name) > 0)
                _results.Enqueue(new MdnsResult(name, [.. _received.Where(received => received.Name == name).Select(static received => received.Address)]));
        }
    }

    /// <summary>Does what is due.</summary>
    public void Tick(TimeSpan now)
    {
        foreach (Lookup lookup in _lookups.FindAll(lookup => lookup.DueAt <= now))
        {
            if (lookup.SendsLeft > 0)
            {
                Ask(now, lookup);
                continue;
            }

            _lookups.Remove(lookup);
            _results.Enqueue(new MdnsResult(lookup.Name, []));
        }
    }

    /// <summary>Takes the next query to send.</summary>
    public bool TryGetQuestion(out MdnsQuestion question) => _questions.TryDequeue(out question);

    /// <summary>Takes the outcome of a lookup that has ended.</summary>
    public bool TryGetResult([MaybeNullWhen(false)] out MdnsResult result) => _results.TryDequeue(out result);

    private void Ask(TimeSpan now, Lookup lookup)
    {
        lookup.SendsLeft--;
        lookup.DueAt = now + lookup.Wait;
        lookup.Wait *= 2;
        _questions.Enqueue(new MdnsQuestion(lookup.Name, MdnsRecordType.A));
        _questions.Enqueue(new MdnsQuestion(lookup.Name, MdnsRecordType.Aaaa));
    }

    private sealed class Lookup(string name)
    {
        public string Name { get; } = name;

        public TimeSpan DueAt { get; set; }

        public TimeSpan Wait { get; set; } = FirstRepeat;

        public int SendsLeft { get; set; } = Sends;
    }
}

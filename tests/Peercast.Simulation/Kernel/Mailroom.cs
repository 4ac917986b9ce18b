using System.Runtime.InteropServices;

namespace Peercast.Simulation.Kernel;

/// <summary>
/// Carries events between actors from one step to the next. Actors are grouped in blocks of neighbors in index, and
/// each pair of blocks has a list of its own, so that blocks can send, and take in what was sent to them, all at once.
/// </summary>
internal sealed class Mailroom
{
    /// <summary>What is being sent, and what was sent in the step before: by sending block, then by receiving block.</summary>
    private List<Envelope>[][] _sending;
    private List<Envelope>[][] _sent;

    /// <param name="actors">How many there are.</param>
    /// <param name="actorsPerBlock">How many share a block.</param>
    public Mailroom(int actors, int actorsPerBlock)
    {
        ActorsPerBlock = actorsPerBlock;
        Blocks = (actors + actorsPerBlock - 1) / actorsPerBlock;
        _sending = Lists(Blocks);
        _sent = Lists(Blocks);
    }

    /// <summary>How many actors share a block.</summary>
    public int ActorsPerBlock { get; }

    /// <summary>How many blocks there are.</summary>
    public int Blocks { get; }

    /// <summary>Sends on behalf of an actor; only for whoever runs it.</summary>
    public void Send(int from, in Envelope envelope) => _sending[from / ActorsPerBlock][envelope.To / ActorsPerBlock].Add(envelope);

    /// <summary>Hands over what was sent to a block in the step before; only for whoever runs that block.</summary>
    /// <param name="block">The receiving block.</param>
    /// <param name="actors">All actors.</param>
    public void HandOver(int block, List<Actor> actors)
    {
        foreach (List<Envelope>[] sender in _sent)
        {
            List<Envelope> mail = sender[block];
            foreach (ref readonly Envelope envelope in CollectionsMarshal.AsSpan(mail))
            {
                actors[envelope.To].Take(envelope);
            }

            mail.Clear();
        }
    }

    /// <summary>A step is over: what is being sent becomes what was sent.</summary>
    public void Turn() => (_sending, _sent) = (_sent, _sending);

    private static List<Envelope>[][] Lists(int blocks) =>
        [.. Enumerable.Range(0, blocks).Select(_ => Enumerable.Range(0, blocks).Select(_ => new List<Envelope>()).ToArray())];
}

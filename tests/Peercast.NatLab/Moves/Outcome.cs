using System.Diagnostics;
using System.Globalization;

namespace Peercast.NatLab.Moves;

/// <summary>What a move has cost two neighbors.</summary>
internal sealed record Outcome(Move Move, long MovedAt, ConversationReport Mover, ConversationReport Neighbor)
{
    /// <summary>The connection is the same, and nothing that was sent is missing or came twice.</summary>
    public bool Survived => !Mover.Lost && !Neighbor.Lost && IsWhole(Mover, Neighbor) && IsWhole(Neighbor, Mover);

    /// <summary>It was silent no longer than it may.</summary>
    public bool InTime => Upward.TotalSeconds <= Move.WithinSeconds && Downward.TotalSeconds <= Move.WithinSeconds;

    /// <summary>From the last message before the move to the first after it, from the mover to its neighbor.</summary>
    private TimeSpan Upward => Neighbor.Traffic.LongestSilence(MovedAt);

    /// <summary>The same from the neighbor to the mover.</summary>
    private TimeSpan Downward => Mover.Traffic.LongestSilence(MovedAt);

    /// <summary>When the system had told of the move.</summary>
    private string Noticed => Mover.Notices.Where(at => at > MovedAt).Order().ToArray() is [long first, ..]
        ? $" ({Seconds(Stopwatch.GetElapsedTime(MovedAt, first))})"
        : "";

    public override string ToString()
    {
        if (!Survived)
        {
            return $"**lost** (mover {Count(Mover, Neighbor)}, neighbor {Count(Neighbor, Mover)})";
        }

        return $"{Seconds(Upward)} ↑ {Seconds(Downward)} ↓{Noticed}{(InTime ? "" : " **late**")}";
    }

    private static bool IsWhole(ConversationReport sender, ConversationReport receiver) =>
        sender.Traffic.Sent.SequenceEqual(receiver.Traffic.Received) && receiver.Traffic is { Doubled: 0, Disordered: 0 };

    private static string Count(ConversationReport side, ConversationReport other) =>
        $"{(side.Lost ? "over, " : "")}got {string.Join('+', side.Traffic.Received)} of {string.Join('+', other.Traffic.Sent)}, "
        + $"{side.Traffic.Doubled} twice, {side.Traffic.Disordered} in disorder";

    private static string Seconds(TimeSpan time) => time == TimeSpan.MaxValue ? "no end" : time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
}

using Peercast.Fuzz.Engine;
using Peercast.WebRtc.DataChannels;
using Peercast.WebRtc.Sctp;

namespace Peercast.Fuzz.Targets;

/// <summary>
/// SCTP packets to an association in one of its states, with a channel set on top of it. The first byte of an input says how many
/// milliseconds pass before the packet, which is the rest.
/// </summary>
internal sealed class SctpTarget(SctpState state) : FuzzTarget($"sctp-{NameOf(state)}", "sctp")
{
    private const int Head = 1;
    private const int FirstChunk = 12;

    // More packets than one input can set free: what was queued before, and what timers repeat.
    private const int MaxAnswers = 500;

    // The largest receive buffer and what is above it by a message; the congestion window.
    private const long MaxBuffered = 17 * 1024 * 1024;
    private const int MaxFlight = 16 * 1024 * 1024;

    // Up to this the first byte stands for no time at all, as most packets come in bursts.
    private const int NoPause = 200;
    private const int PauseUnit = 5;

    private readonly byte[] _buffer = new byte[1500];
    private readonly SctpRepair _repair = new();
    private AssociationPair _pair = null!;
    private DataChannelSet _set = null!;
    private bool _isClosed;

    public override int MaxLength => Head + 1400;

    public override int SessionLength => 300;

    public override bool IsOver => _isClosed;

    // A message of 256 KiB grows by doubling, and what was queued is sent.
    public override long MaxAllocation => 2 * 1024 * 1024;

    public override int LeastOutcomes => 30;

    public override void Begin()
    {
        _isClosed = false;
        _set = new DataChannelSet(new DataChannelGate { Wake = () => { }, Now = () => _pair.Now });
        _set.AssociationClosed += (_, _) => _isClosed = true;
        _set.ChannelReceived += channel => channel.MessageReceived += (_, _) => { };
        _pair = new AssociationPair(_set);
        _set.Attach(_pair.B, isDtlsClient: true);
        SctpStates.Enter(_pair, state);
        BrokenClaimException.Unless(_pair.B.State == state, $"the association is in {state}");
        _repair.Begin(_pair);
    }

    public override int Make(Random random, Span<byte> buffer)
    {
        buffer[0] = (byte)random.Next(256);
        return Head + SctpPackets.Make(random, buffer[Head..]);
    }

    public override void Repair(Random random, Span<byte> input)
    {
        if (input.Length > Head)
            _repair.Apply(random, _pair.B, input[Head..]);
    }

    public override int Run(ReadOnlySpan<byte> input)
    {
        if (input.Length <= Head)
            return 0;
        _pair.Wait(TimeSpan.FromMilliseconds(Math.Max(0, input[0] - NoPause) * PauseUnit));
        _pair.B.Receive(_pair.Now, input[Head..]);
        int answers = 0, kinds = 0;
        while (_pair.B.TryGetPacket(_pair.Now, _buffer, out int length))
        {
            BrokenClaimException.Unless(length is >= 16 and <= 1163, "an answer is a packet");
            BrokenClaimException.Unless(++answers < MaxAnswers, "the answers to one packet come to an end");
            kinds |= 1 << (_buffer[FirstChunk] % 31);
            _repair.See(_buffer.AsSpan(0, length));
        }

        _set.RaiseEvents();
        CheckBounds(_pair.B);
        int first = input.Length > Head + FirstChunk + 1 ? KindOf(input[Head + FirstChunk]) | ((input[Head + FirstChunk + 1] & 3) << 8) : 0;
        return HashCode(first, (int)_pair.B.State | (_isClosed ? 8 : 0), kinds, Math.Min(answers, 3));
    }

    // Types that nobody knows differ in their two upper bits only: what is to be done with them (RFC 9260, section 3.2).
    private static int KindOf(byte type) => type is <= 14 or 130 or 192 ? type : 64 | (type & 0xC0);

    private static void CheckBounds(SctpAssociation association)
    {
        BrokenClaimException.Unless((association.Receiver?.BufferedBytes ?? 0) <= MaxBuffered, "what waits to be whole is bounded");
        BrokenClaimException.Unless((association.Sender?.FlightBytes ?? 0) is >= 0 and <= MaxFlight, "what is in flight is bounded");
    }

    // The runtime's own hashes differ from process to process.
    private static int HashCode(params ReadOnlySpan<int> values)
    {
        int hash = 17;
        foreach (int value in values)
            hash = unchecked((hash * 1_000_003) ^ value);
        return hash;
    }

    private static string NameOf(SctpState state) =>
        string.Concat(state.ToString().Select((letter, at) => at > 0 && char.IsUpper(letter) ? $"-{letter}" : $"{letter}")).ToLowerInvariant();
}

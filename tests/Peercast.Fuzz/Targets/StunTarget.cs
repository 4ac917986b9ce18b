using System.Buffers.Binary;
using System.Net;
using System.Text;
using Peercast.Fuzz.Engine;
using Peercast.WebRtc.Stun;

namespace Peercast.Fuzz.Targets;

/// <summary>STUN messages (RFC 8489), and the binding server that answers those of anybody.</summary>
internal sealed class StunTarget() : FuzzTarget("stun", "stun")
{
    private const int FingerprintLength = 8;
    private static readonly byte[] Key = Encoding.UTF8.GetBytes("VOkJxbRl1RmTxUk/WvJxBt");
    private readonly IPEndPoint _from = IPEndPoint.Parse("[2001:db8::1]:9");
    private readonly byte[] _response = new byte[StunBindingServer.MaxResponseLength];

    public override int MaxLength => 600;

    public override long MaxAllocation => 8 * 1024;

    public override int LeastOutcomes => 40;

    // The magic cookie, the length, and a right FINGERPRINT where one stands: else mutations would all end there.
    public override void Repair(Random random, Span<byte> input)
    {
        if (input.Length < StunMessage.HeaderLength || random.Next(4) == 0)
            return;
        BinaryPrimitives.WriteUInt16BigEndian(input[2..], (ushort)(input.Length - StunMessage.HeaderLength));
        BinaryPrimitives.WriteUInt32BigEndian(input[4..], StunMessage.MagicCookie);
        int end = input.Length - FingerprintLength;
        if (end >= StunMessage.HeaderLength && BinaryPrimitives.ReadUInt16BigEndian(input[end..]) == StunAttributeType.Fingerprint)
            BinaryPrimitives.WriteUInt32BigEndian(input[(end + 4)..], StunFingerprint.Compute(input[..end]));
    }

    public override int Run(ReadOnlySpan<byte> input)
    {
        int outcome = 0;
        if (StunMessage.TryParse(input, out StunMessage message))
            outcome = 1 + Read(message, input.Length);
        if (StunMessage.TryReadUsernameFragment(input, out ReadOnlySpan<byte> fragment))
        {
            outcome |= 1 << 20;
            BrokenClaimException.Unless(
                fragment.Length >= 1 && fragment.Length <= input.Length - StunMessage.HeaderLength, "a username fragment lies within its message");
        }

        if (StunBindingServer.TryRespond(input, _from, _response, out int length))
        {
            outcome |= 1 << 21;
            BrokenClaimException.Unless(length <= input.Length * 22 / 10, "a response is at most 2.2 times as long as its request");
            BrokenClaimException.Unless(StunMessage.TryParse(_response.AsSpan(0, length), out _), "a response can be read");
        }

        return outcome;
    }

    private static int Read(in StunMessage message, int length)
    {
        int total = 0, count = 0;
        foreach (StunAttribute attribute in message.Attributes)
        {
            total += 4 + attribute.Value.Length;
            count++;
        }

        BrokenClaimException.Unless(total <= length - StunMessage.HeaderLength, "the attributes are no longer than their message");
        int outcome = Math.Min(count, 7) | ((int)message.Class << 3);
        Set(ref outcome, 5, message.Method == StunMessage.BindingMethod);
        Set(ref outcome, 6, message.HasFingerprint);
        Set(ref outcome, 7, message.HasIntegrity);
        Set(ref outcome, 8, message.VerifyIntegrity(Key));
        Set(ref outcome, 9, message.HasUseCandidate);
        Set(ref outcome, 10, message.TryGetPriority(out _));
        Set(ref outcome, 11, message.TryGetRole(out _, out _));
        if (message.TryGetErrorCode(out int code))
        {
            Set(ref outcome, 12, true);
            BrokenClaimException.Unless(code is >= 300 and <= 699, "an error code is 300 to 699");
        }

        if (message.TryGetMappedAddress(out IPEndPoint? endPoint))
        {
            Set(ref outcome, 13, true);
            BrokenClaimException.Unless(endPoint is not null, "a mapped address that is there is one");
        }

        return outcome;
    }

    private static void Set(ref int outcome, int bit, bool value) => outcome |= value ? 1 << bit : 0;
}

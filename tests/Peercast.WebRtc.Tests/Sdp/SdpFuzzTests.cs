using System.Text;
using Peercast.WebRtc.Ice;
using Peercast.WebRtc.Sdp;

namespace Peercast.WebRtc.Tests.Sdp;

public sealed class SdpFuzzTests
{
    private const int Rounds = 100_000;

    [Fact]
    public void Parser_RandomAndMutatedText_NeverThrowsAndExplainsEveryRefusal()
    {
        var random = new Random(20250102);
        string[] originals = [SampleDescriptions.Chromium, SampleDescriptions.Firefox];
        int accepted = 0;
        for (int round = 0; round < Rounds; round++)
        {
            string text = Mutate(random, originals[random.Next(originals.Length)]);
            if (SessionDescriptionParser.TryParseOffer(text, out DataChannelDescription? offer, out string? error))
            {
                accepted++;
                Assert.Equal(DataChannelDescription.FingerprintLength, offer.Fingerprint.Length);
                Assert.InRange(offer.IceUfrag.Length, 4, 256);
                Assert.InRange(offer.IcePassword.Length, 22, 256);
                // What was accepted can be answered: its name goes into the answer's lines.
                Assert.DoesNotContain('\n', offer.Mid);
            }
            else
            {
                Assert.False(string.IsNullOrEmpty(error));
            }

            _ = SessionDescriptionParser.TryParseAnswer(text, out _, out _);
        }

        Assert.InRange(accepted, Rounds / 20, Rounds - (Rounds / 20));
    }

    [Fact]
    public void CandidateLine_RandomAndMutatedText_NeverThrowsAndRoundTripsWhatItAccepts()
    {
        var random = new Random(20250103);
        string[] originals =
        [
            "candidate:1467250027 1 udp 2122260223 192.168.1.7 54400 typ host generation 0 network-id 1 network-cost 10",
            "candidate:1 1 UDP 1686052607 2001:db8::5 54400 typ srflx raddr fd00::1 rport 9",
            "candidate:0 1 tcp 1518280447 8f4e9f2a.local 9 typ host tcptype active",
        ];
        int accepted = 0;
        for (int round = 0; round < Rounds * 2; round++)
        {
            if (!IceCandidateLine.TryParse(Mutate(random, originals[random.Next(originals.Length)]), out IceCandidateLine? line))
                continue;
            accepted++;
            _ = line!.UsableEndPoint;
            Assert.True(IceCandidateLine.TryParse(line.Format(), out IceCandidateLine? again));
            // A related port without a related address is not written.
            Assert.Equal(line.RelatedHost is null ? line with { RelatedPort = 0 } : line, again);
        }

        Assert.InRange(accepted, Rounds / 10, Rounds * 2);
    }

    private static string Mutate(Random random, string original)
    {
        if (random.Next(10) == 0)
        {
            char[] noise = new char[random.Next(300)];
            for (int i = 0; i < noise.Length; i++)
                noise[i] = (char)random.Next(random.Next(2) == 0 ? 128 : 0x10000);
            return new string(noise);
        }

        var text = new StringBuilder(original);
        for (int mutations = random.Next(5); mutations > 0 && text.Length > 0; mutations--)
        {
            int at = random.Next(text.Length);
            int length = Math.Min(random.Next(1, 40), text.Length - at);
            switch (random.Next(5))
            {
                case 0: text[at] = (char)random.Next(128); break;
                case 1: text.Remove(at, length); break;
                case 2: text.Insert(at, text.ToString(at, length)); break;
                case 3: text.Insert(at, " :\r\n=0m-a"[random.Next(9)]); break;
                default: text.Insert(at, (char)random.Next(0x10000)); break;
            }
        }

        return text.ToString();
    }
}

using Peercast.WebRtc.Sctp;

namespace Peercast.Fuzz.Targets;

/// <summary>Leads an association into each state, with something under way there.</summary>
internal static class SctpStates
{
    private const int Message = 30_000;

    public static void Enter(AssociationPair pair, SctpState state)
    {
        if (state == SctpState.Closed)
            return;
        if (state is SctpState.CookieWait or SctpState.CookieEchoed)
        {
            pair.B.Connect(pair.Now);
            if (state == SctpState.CookieEchoed)
            {
                // INIT and INIT ACK; the COOKIE ECHO stays where it is.
                pair.SendToA();
                pair.SendToB();
            }

            return;
        }

        pair.Establish();
        if (state is SctpState.Established or SctpState.ShutdownPending or SctpState.ShutdownReceived)
            Queue(pair);
        if (state is SctpState.ShutdownPending or SctpState.ShutdownSent)
            pair.B.Shutdown(pair.Now);
        if (state is SctpState.ShutdownReceived or SctpState.ShutdownAckSent)
        {
            pair.A.Shutdown(pair.Now);
            pair.SendToB();
        }
    }

    // Nobody acknowledges any of it.
    private static void Queue(AssociationPair pair)
    {
        pair.B.TrySend(pair.Now, 1, 53, new byte[Message], default);
        pair.B.TrySend(pair.Now, 2, 53, new byte[Message], new SendOptions { Unordered = true, MaxRetransmits = 1 });
        pair.B.TrySend(pair.Now, 3, 53, new byte[Message], new SendOptions { Lifetime = TimeSpan.FromSeconds(1) });
        pair.B.ResetOutgoingStream(pair.Now, 4);
        Span<byte> lost = stackalloc byte[1500];
        while (pair.B.TryGetPacket(pair.Now, lost, out _))
        {
        }
    }
}

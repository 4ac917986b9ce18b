using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tracker;

/// <summary>What may be relayed at all; the texts themselves are the receiver's to judge.</summary>
internal static class RelayRules
{
    private const int PeerIdLength = 16;

    /// <summary>Whether the message keeps to the sizes of SIGNALING.md.</summary>
    public static bool IsWellFormed(RelayedMessage message) =>
        message.Peer.Length == PeerIdLength
        && message.Session.Length is > 0 and <= TrackerLimits.WordLength
        && message switch
        {
            OfferMessage offer => offer.Sdp.Length <= TrackerLimits.SdpLength,
            AnswerMessage answer => answer.Sdp.Length <= TrackerLimits.SdpLength,
            CandidateMessage candidate =>
                candidate.Candidate.Length <= TrackerLimits.CandidateLength && candidate.SdpMid.Length <= TrackerLimits.WordLength,
            RefusedMessage refused => refused.Reason.Length <= TrackerLimits.WordLength,
            _ => false,
        };
}

namespace Peercast.Protocol.Wire;

/// <summary>Why a request is rejected.</summary>
internal enum RejectReason : byte
{
    /// <summary>The chunk is not, or no longer, there.</summary>
    NotHeld = 1,

    /// <summary>So much is waiting that it would be sent too late to plan with.</summary>
    Busy = 2,

    /// <summary>It would arrive behind its deadline.</summary>
    TooLate = 3,

    /// <summary>The asking peer is choked.</summary>
    Choked = 4,

    /// <summary>This peer gives nothing.</summary>
    NoUpload = 5,
}

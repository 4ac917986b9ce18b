using Peercast.Origin.Channels;

namespace Peercast.Origin.Ingest;

/// <summary>Lets publishers in.</summary>
internal interface IPublishAuthorizer
{
    /// <summary>Finds the channel of a stream key and takes its one publisher's place.</summary>
    /// <param name="streamKey">As the publisher sent it.</param>
    /// <param name="denial">Why not, one line that the publisher may see.</param>
    /// <returns>The place, to be disposed when the publisher is gone; <see langword="null"/> when refused.</returns>
    PublishTicket? Authorize(string streamKey, out string? denial);

    /// <summary>The same for one channel known by name.</summary>
    PublishDenial TryAuthorize(Channel channel, string streamKey, out PublishTicket? ticket);
}

/// <summary>Why a publisher was refused.</summary>
internal enum PublishDenial
{
    /// <summary>He was not.</summary>
    None,

    /// <summary>The stream key is not the channel's.</summary>
    WrongKey,

    /// <summary>Somebody else publishes to the channel.</summary>
    Busy,
}

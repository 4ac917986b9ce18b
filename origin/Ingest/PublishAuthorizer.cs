using System.Security.Cryptography;
using System.Text;
using Peercast.Origin.Channels;

namespace Peercast.Origin.Ingest;

/// <summary>Compares stream keys in a time that does not depend on where they differ.</summary>
internal sealed class PublishAuthorizer(ChannelRegistry channels, ChannelIngestFactory ingests) : IPublishAuthorizer
{
    /// <inheritdoc/>
    public PublishTicket? Authorize(string streamKey, out string? denial)
    {
        Channel? found = null;
        foreach (Channel channel in channels.All)
        {
            // No early exit: the time says nothing about which channel was meant.
            found = Matches(channel, streamKey) ? channel : found;
        }

        if (found is null)
        {
            denial = "Stream key rejected: no channel has this key. Copy it again from the origin's start-up output.";
            return null;
        }

        if (!found.TryBeginPublishing())
        {
            denial = $"Channel '{found.Name}' already has a publisher. Stop that one first.";
            return null;
        }

        denial = null;
        return new PublishTicket(found, ingests.Create(found));
    }

    /// <inheritdoc/>
    public PublishDenial TryAuthorize(Channel channel, string streamKey, out PublishTicket? ticket)
    {
        ticket = null;
        if (!Matches(channel, streamKey))
        {
            return PublishDenial.WrongKey;
        }

        if (!channel.TryBeginPublishing())
        {
            return PublishDenial.Busy;
        }

        ticket = new PublishTicket(channel, ingests.Create(channel));
        return PublishDenial.None;
    }

    private static bool Matches(Channel channel, string streamKey)
    {
        if (channel.StreamKey is null)
        {
            return false;
        }

        // Hashes have one length, so the comparison's time does not tell the key's.
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(channel.StreamKey), expected);
        SHA256.HashData(Encoding.UTF8.GetBytes(streamKey), given);
        return CryptographicOperations.FixedTimeEquals(expected, given);
    }
}

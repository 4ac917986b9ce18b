using Peercast.Origin.Channels;
using Peercast.Origin.Ingest;

namespace Peercast.Origin.Rtmp;

/// <summary>Lets RTMP publishers in.</summary>
internal sealed class RtmpPublishers(ChannelRegistry channels, IPublishAuthorizer authorizer, TimeProvider time)
{
    // A publisher that lost its connection is back sooner than the rest of what it had sent has gone through ffmpeg.
    private static readonly TimeSpan ReturnPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes the publisher's place on the channel that one of the keys belongs to.</summary>
    /// <param name="keys">To be tried in this order.</param>
    /// <param name="cancellation">Ends the wait for a place that is about to be free.</param>
    /// <returns>The place, or one line that says why not.</returns>
    public async Task<(PublishTicket? Ticket, string? Denial)> EnterAsync(IEnumerable<string> keys, CancellationToken cancellation)
    {
        string? denial = null;
        foreach (string key in keys)
        {
            long start = time.GetTimestamp();
            while (true)
            {
                PublishTicket? ticket = TryEnter(key, out bool busy);
                if (ticket is not null)
                {
                    return (ticket, null);
                }

                if (!busy || time.GetElapsedTime(start) >= ReturnPatience)
                {
                    ticket = authorizer.Authorize(key, out string? why);
                    if (ticket is not null)
                    {
                        return (ticket, null);
                    }

                    if (busy)
                    {
                        return (null, why);
                    }

                    denial ??= why;
                    break;
                }

                await Task.Delay(RetryInterval, time, cancellation);
            }
        }

        return (null, denial ?? "There is no stream key in the address; use rtmp://HOST/live and the channel's stream key.");
    }

    private PublishTicket? TryEnter(string key, out bool busy)
    {
        busy = false;
        foreach (Channel channel in channels.All)
        {
            PublishDenial denial = authorizer.TryAuthorize(channel, key, out PublishTicket? ticket);
            if (ticket is not null)
            {
                return ticket;
            }

            busy |= denial == PublishDenial.Busy;
        }

        return null;
    }
}

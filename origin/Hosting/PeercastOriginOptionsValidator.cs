using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace Peercast.Origin;

/// <summary>Checks options at start; every message names the knob and its bounds.</summary>
internal sealed class PeercastOriginOptionsValidator : IValidateOptions<PeercastOriginOptions>
{
    private const int MinStreamKeyLength = 8;
    private const int MaxNameLength = 64;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PeercastOriginOptions options)
    {
        var faults = new List<string>();
        Check(faults, nameof(options.RingSeconds), options.RingSeconds, 10, 3600);
        Check(faults, nameof(options.RingBytes), options.RingBytes, 1024 * 1024, long.MaxValue);
        Check(faults, nameof(options.PartDurationMs), options.PartDurationMs, 50, 1000);
        Check(faults, nameof(options.BatchDurationMs), options.BatchDurationMs, options.PartDurationMs, 2000);
        Check(faults, nameof(options.TargetLatencyMs), options.TargetLatencyMs, 1000, 60_000);
        Check(faults, nameof(options.HttpPort), options.HttpPort, 0, 65_535);
        Check(faults, nameof(options.RtmpPort), options.RtmpPort, 0, 65_535);
        Check(faults, nameof(options.StunPort), options.StunPort, 0, 65_535);
        Check(faults, nameof(options.StallSeconds), options.StallSeconds, 2, 300);
        Check(faults, nameof(options.MaxWaitMs), options.MaxWaitMs, 0, 60_000);
        Check(faults, nameof(options.PushIdleSeconds), options.PushIdleSeconds, 2, 3600);
        Check(faults, $"{nameof(options.Tracker)}:{nameof(options.Tracker.MaxViewersPerChannel)}", options.Tracker.MaxViewersPerChannel, 1, int.MaxValue);
        Check(faults, $"{nameof(options.Tracker)}:{nameof(options.Tracker.MaxConnections)}", options.Tracker.MaxConnections, 1, int.MaxValue);
        Check(faults, $"{nameof(options.Tracker)}:{nameof(options.Tracker.MaxConnectionsPerAddress)}", options.Tracker.MaxConnectionsPerAddress, 1, int.MaxValue);
        Check(faults, nameof(options.MaxPublishers), options.MaxPublishers, 1, int.MaxValue);
        Check(faults, nameof(options.MaxPublishersPerAddress), options.MaxPublishersPerAddress, 1, int.MaxValue);
        if (options.MaxEgressMbps is not (0 or (>= 1 and <= 1_000_000)))
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"Peercast:MaxEgressMbps is {options.MaxEgressMbps} and must be 1 to 1000000, or 0 for no limit."));
        }

        if (string.IsNullOrWhiteSpace(options.DataFolder))
        {
            faults.Add("Peercast:DataFolder must name a folder.");
        }

        if (string.IsNullOrWhiteSpace(options.Ffmpeg))
        {
            faults.Add("Peercast:Ffmpeg must name the ffmpeg program.");
        }

        if (!IPAddress.TryParse(options.Listen, out _))
        {
            faults.Add($"Peercast:Listen is '{options.Listen}' and must be an IP address of this machine, such as 127.0.0.1, 0.0.0.0 or ::.");
        }

        if (options.TargetLatencyMs > options.RingSeconds * 1000L / 2)
        {
            faults.Add("Peercast:TargetLatencyMs must be at most half of Peercast:RingSeconds: viewers would fall out of the ring.");
        }

        CheckChannels(faults, options);
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    /// <summary>Letters, digits, '-' and '_': safe in addresses, file names and logs.</summary>
    public static bool IsChannelName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static void CheckChannels(List<string> faults, PeercastOriginOptions options)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, ChannelOptions channel) in options.Channels)
        {
            if (!IsChannelName(name))
            {
                faults.Add($"Peercast:Channels: '{name}' is no channel name; use 1 to {MaxNameLength} letters, digits, '-' and '_'.");
            }

            if (channel.Once && channel.File is not { Length: > 0 })
            {
                faults.Add($"Peercast:Channels:{name}:Once needs a File.");
            }

            if (channel.StreamKey is not { } key)
            {
                continue;
            }

            if (key.Length < MinStreamKeyLength || !key.All(c => c is > ' ' and < (char)127))
            {
                faults.Add($"Peercast:Channels:{name}:StreamKey must have at least {MinStreamKeyLength} printable ASCII characters without blanks.");
            }
            else if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
            {
                faults.Add($"Peercast:Channels:{name}:StreamKey must not be the channel's name, which everybody knows.");
            }
            else if (!keys.Add(key))
            {
                faults.Add($"Peercast:Channels:{name}:StreamKey is another channel's too.");
            }
        }
    }

    private static void Check(List<string> faults, string knob, long value, long least, long most)
    {
        if (value < least || value > most)
        {
            faults.Add(most == long.MaxValue
                ? $"Peercast:{knob} is {value} and must be at least {least}."
                : $"Peercast:{knob} is {value} and must be {least} to {most}.");
        }
    }
}

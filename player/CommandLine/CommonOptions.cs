using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Peercast.Player.Playback;
using Peercast.Player.Terminal;

namespace Peercast.Player.CommandLine;

/// <summary>The arguments and options that several commands share, one instance a command.</summary>
internal sealed class CommonOptions
{
    private readonly Argument<string> _link = new("url")
    {
        Description = "The watch link, for example http://127.0.0.1:8080/watch/demo",
    };

    private readonly Option<long?> _uploadLimit = OptionalRate(
        "--upload-limit", "The most to give to neighbors, in bits per second: 500k, 2M, 0 for nothing [default: unlimited]");

    private readonly Option<bool> _noPeers = new("--no-p2p") { Description = "Take everything from the origin, give nothing" };

    private readonly Option<bool> _noPortMapping = new("--no-port-mapping")
    {
        Description = "Do not ask the router to let neighbors in (PCP, NAT-PMP, UPnP)",
    };

    private readonly Option<TimeSpan?> _latency = Seconds(
        "--latency", "Seconds behind the live edge [default: the channel's own target]", min: 0.5, max: 120);

    private readonly Option<string?> _rendition = new("--rendition")
    {
        Description = "The rendition to take [default: the channel's first]",
        HelpName = "name",
    };

    private readonly bool _sharing;
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Log what happens to standard error" };

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="sharing">False: without the upload limit and the router, which the command has no use for.</param>
    public CommonOptions(Command command, bool sharing = true)
    {
        _sharing = sharing;
        command.Arguments.Add(_link);
        if (sharing)
            command.Options.Add(_uploadLimit);
        command.Options.Add(_noPeers);
        if (sharing)
            command.Options.Add(_noPortMapping);
        command.Options.Add(_latency);
        command.Options.Add(_rendition);
        command.Options.Add(_verbose);
    }

    /// <summary>What was asked for.</summary>
    public ViewerRequest Read(ParseResult result) => new()
    {
        Link = result.GetRequiredValue(_link),
        UploadLimit = result.GetValue(_uploadLimit) ?? long.MaxValue,
        PeerToPeer = !result.GetValue(_noPeers),
        MapPorts = _sharing && !result.GetValue(_noPortMapping),
        Latency = result.GetValue(_latency),
        Rendition = result.GetValue(_rendition),
        Verbose = result.GetValue(_verbose),
    };

    /// <summary>A rate in bits per second that need not be given, see <see cref="Quantity.TryParseRate"/>.</summary>
    public static Option<long?> OptionalRate(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "rate",
        CustomParser = result => ParseRate(result),
    };

    /// <summary>A time in seconds, with a fraction where wanted, from <paramref name="min"/> to <paramref name="max"/> of them.</summary>
    public static Option<TimeSpan?> Seconds(string name, string description, double min, double max) => new(name)
    {
        Description = description,
        HelpName = "seconds",
        CustomParser = result =>
        {
            const NumberStyles Style = NumberStyles.AllowDecimalPoint;
            if (double.TryParse(result.Tokens[0].Value, Style, CultureInfo.InvariantCulture, out var seconds) && seconds >= min && seconds <= max)
                return TimeSpan.FromSeconds(seconds);
            result.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{name}: \"{result.Tokens[0].Value}\" is no number of seconds from {min} to {max}."));
            return null;
        },
    };

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static Option<int> Number(string name, string description, int defaultValue, int min, int max) => new(name)
    {
        Description = description,
        HelpName = "number",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
                return value;
            result.AddError($"{name}: \"{result.Tokens[0].Value}\" is no whole number from {min} to {max}.");
            return defaultValue;
        },
    };

    private static long ParseRate(ArgumentResult result)
    {
        if (Quantity.TryParseRate(result.Tokens[0].Value, out var rate))
            return rate;
        result.AddError($"\"{result.Tokens[0].Value}\" is no rate in bits per second, such as 500k, 2M or unlimited.");
        return 0;
    }
}

using System.Text;
using System.Text.Json;
using Peercast.Protocol.Signaling;
using Peercast.WebRtc;

namespace Peercast.NatLab.Moves;

/// <summary>
/// The side that moves, a process of its own in the machine's namespace: what the system tells of networks it tells by the process. It speaks with
/// the lab over its standard input and output, a line for each message.
/// </summary>
internal static class Mover
{
    /// <summary>The command line that has the lab be one.</summary>
    public const string Command = "mover";

    /// <summary>What a line begins with that carries signaling.</summary>
    public const string Signal = "signal ";

    /// <summary>Told once the channels are open.</summary>
    public const string Open = "open";

    /// <summary>Asks for the end of the traffic.</summary>
    public const string Stop = "stop";

    /// <summary>Asks for the report, and what a line begins with that carries it.</summary>
    public const string Report = "report";

    /// <summary>Runs until the input ends.</summary>
    /// <param name="offers">Whether it makes the first offer.</param>
    /// <param name="stun">The STUN server.</param>
    public static void Run(bool offers, System.Net.IPEndPoint stun)
    {
        var gate = new Lock();
        void Tell(string line)
        {
            lock (gate)
            {
                Console.Out.WriteLine(line);
                Console.Out.Flush();
            }
        }

        new LabNetwork().AwaitAddress();
        var factory = new PeerConnectionFactory(new PeerConnectionFactoryOptions { StunServers = [stun] });
        using var conversation = new Conversation(factory, offers, message => Tell(Signal + Encoding.UTF8.GetString(SignalingCodec.Encode(message))));
        _ = conversation.Opened.ContinueWith(_ => Tell(Open), TaskScheduler.Default);
        if (offers)
        {
            conversation.Offer();
        }

        while (Console.In.ReadLine() is { } line)
        {
            if (line.StartsWith(Signal, StringComparison.Ordinal)
                && SignalingCodec.TryDecode(Encoding.UTF8.GetBytes(line[Signal.Length..]), out SignalingMessage? message))
            {
                conversation.Receive((RelayedMessage)message!);
            }
            else if (line == Stop)
            {
                conversation.Stop();
            }
            else if (line == Report)
            {
                Tell(Report + JsonSerializer.Serialize(conversation.Report()));
            }
        }
    }
}

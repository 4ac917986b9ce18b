using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Peercast.Protocol.Signaling;

namespace Peercast.NatLab.Moves;

/// <summary>The lab's end of a <see cref="Mover"/>.</summary>
internal sealed class MoverProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ConversationReport> _report = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<RelayedMessage> _signaled;

    /// <summary>Starts it.</summary>
    /// <param name="machine">Where.</param>
    /// <param name="offers">Whether it makes the first offer.</param>
    /// <param name="stun">The STUN server.</param>
    /// <param name="signaled">Takes its signaling.</param>
    public MoverProcess(NetworkNamespace machine, bool offers, IPEndPoint stun, Action<RelayedMessage> signaled)
    {
        _signaled = signaled;
        string[] command = ["netns", "exec", machine.Name, .. Tool.Self, Mover.Command, offers ? "offers" : "answers", stun.ToString()];
        _process = Process.Start(new ProcessStartInfo("ip", command) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        _ = ReadAsync();
    }

    /// <summary>Its channels are open.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Brings it signaling of the other side.</summary>
    public void Receive(RelayedMessage message) => Tell(Mover.Signal + Encoding.UTF8.GetString(SignalingCodec.Encode(message)));

    /// <summary>Ends its traffic.</summary>
    public void Stop() => Tell(Mover.Stop);

    /// <summary>Asks what has become of it.</summary>
    public Task<ConversationReport> ReportAsync()
    {
        Tell(Mover.Report);
        return _report.Task;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Tell(string line)
    {
        lock (_process)
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Mover.Signal, StringComparison.Ordinal)
                && SignalingCodec.TryDecode(Encoding.UTF8.GetBytes(line[Mover.Signal.Length..]), out SignalingMessage? message))
            {
                _signaled((RelayedMessage)message!);
            }
            else if (line == Mover.Open)
            {
                _opened.TrySetResult();
            }
            else if (line.StartsWith(Mover.Report, StringComparison.Ordinal))
            {
                _report.TrySetResult(JsonSerializer.Deserialize<ConversationReport>(line[Mover.Report.Length..])!);
            }
        }

        // Its errors have gone to the screen.
        _opened.TrySetException(new LabException("A peer of the lab has ended early."));
        _report.TrySetException(new LabException("A peer of the lab has ended early."));
    }
}

using System.Diagnostics;
using Peercast.Protocol.Transport;

namespace Peercast.NatLab;

/// <summary>Two peers that try to connect, with signaling that always works.</summary>
internal sealed class Attempt : IDisposable
{
    private readonly IPeerConnection _offerer;
    private readonly IPeerConnection _answerer;
    private readonly IDataChannel _channel;
    private readonly TaskCompletionSource<TimeSpan> _echoed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sentAt;

    public Attempt(IPeerConnectionFactory offerer, IPeerConnectionFactory answerer)
    {
        _offerer = offerer.CreatePeerConnection();
        _answerer = answerer.CreatePeerConnection();
        _answerer.DataChannelReceived += channel => channel.MessageReceived += (message, _) => channel.TrySend(message);
        _channel = _offerer.CreateDataChannel("probe");
        _channel.Opened += SendProbe;
        _channel.MessageReceived += (_, _) => _echoed.TrySetResult(Stopwatch.GetElapsedTime(_sentAt));
        _offerer.NegotiationNeeded += () => Negotiate(_offerer, _answerer);
        _answerer.NegotiationNeeded += () => Negotiate(_answerer, _offerer);
    }

    public PeerConnectionState State => _offerer.State;

    /// <summary>Connects.</summary>
    /// <returns>The time until a message has gone there and back; <see langword="null"/> when it did not within the time given.</returns>
    public async Task<TimeSpan?> RunAsync(TimeSpan atMost)
    {
        _sentAt = Stopwatch.GetTimestamp();
        Trickle(_offerer, _answerer);
        Trickle(_answerer, _offerer);
        Negotiate(_offerer, _answerer);
        return await Task.WhenAny(_echoed.Task, Task.Delay(atMost)) == _echoed.Task ? await _echoed.Task : null;
    }

    /// <summary>Sends once more on the channel that is open.</summary>
    /// <returns>Whether it came back.</returns>
    public async Task<bool> EchoAsync(TimeSpan atMost)
    {
        var echoed = new TaskCompletionSource();
        _channel.MessageReceived += (_, _) => echoed.TrySetResult();
        SendProbe();
        return await Task.WhenAny(echoed.Task, Task.Delay(atMost)) == echoed.Task;
    }

    public void Dispose()
    {
        _offerer.Dispose();
        _answerer.Dispose();
    }

    private static void Trickle(IPeerConnection from, IPeerConnection to) =>
        from.IceCandidateGathered += candidate => to.AddIceCandidate(candidate ?? new IceCandidate("", "0"));

    private static void Negotiate(IPeerConnection offerer, IPeerConnection answerer)
    {
        SessionDescription answer = answerer.TryAcceptOffer(offerer.CreateOffer(), out string? error) ?? throw new InvalidOperationException(error);
        if (!offerer.TryAcceptAnswer(answer, out error))
        {
            throw new InvalidOperationException(error);
        }
    }

    private void SendProbe() => _channel.TrySend("probe"u8);
}

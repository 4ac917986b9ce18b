using Peercast.Protocol.Transport;

namespace Peercast.Player.Tests.Support;

/// <summary>A connection to nobody.</summary>
/// <param name="disposed">Called when it is disposed of.</param>
internal sealed class FakeConnection(Action? disposed = null) : IPeerConnection
{
    public event Action<PeerConnectionState>? StateChanged { add { } remove { } }

    public event Action<IceCandidate?>? IceCandidateGathered { add { } remove { } }

    public event Action<IDataChannel>? DataChannelReceived { add { } remove { } }

    public event Action? NegotiationNeeded { add { } remove { } }

    public bool RefusesOffers { get; set; }

    public bool IsClosed { get; set; }

    public List<string> Answers { get; } = [];

    public PeerConnectionState State => PeerConnectionState.Connected;

    public IDataChannel CreateDataChannel(string label, DataChannelOptions? options = null) => new FakeChannel(label);

    public SessionDescription CreateOffer() =>
        IsClosed ? throw new InvalidOperationException("The connection is closed.") : new SessionDescription("offer", "our offer");

    public SessionDescription? TryAcceptOffer(SessionDescription offer, out string? error)
    {
        error = RefusesOffers ? "no" : null;
        return RefusesOffers ? null : new SessionDescription("answer", "our answer");
    }

    public bool TryAcceptAnswer(SessionDescription answer, out string? error)
    {
        error = null;
        Answers.Add(answer.Sdp);
        return true;
    }

    public void RestartIce()
    {
    }

    public void AddIceCandidate(IceCandidate candidate)
    {
    }

    public void Dispose() => disposed?.Invoke();
}

/// <summary>A channel that never opens.</summary>
internal sealed class FakeChannel(string label) : IDataChannel
{
    public event Action? Opened { add { } remove { } }

    public event Action? Closed { add { } remove { } }

    public event Action? BufferedAmountLow { add { } remove { } }

    public event DataChannelMessageHandler? MessageReceived { add { } remove { } }

    public string Label { get; } = label;

    public DataChannelState State => DataChannelState.Connecting;

    public long BufferedAmount => 0;

    public long BufferedAmountLowThreshold { get; set; }

    public bool TrySend(ReadOnlySpan<byte> message) => false;

    public void Close()
    {
    }
}

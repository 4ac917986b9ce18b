using Peercast.Protocol.Transport;

namespace Peercast.EndToEnd.Tests;

/// <summary>Connections of a viewer that damages the media it passes on: the last byte of each long message on the data channel.</summary>
internal sealed class CorruptingConnections(IPeerConnectionFactory inner) : IPeerConnectionFactory
{
    private int _damaged;

    /// <summary>Messages damaged so far.</summary>
    public int Damaged => Volatile.Read(ref _damaged);

    public long MaxSendRate
    {
        get => inner.MaxSendRate;
        set => inner.MaxSendRate = value;
    }

    public IPeerConnection CreatePeerConnection() => new Connection(inner.CreatePeerConnection(), this);

    public void Charge(int wireBytes) => inner.Charge(wireBytes);

    public void SendTogether(Action action) => inner.SendTogether(action);

    public void Dispose() => inner.Dispose();

    private sealed class Connection : IPeerConnection
    {
        private readonly IPeerConnection _inner;
        private readonly CorruptingConnections _owner;

        public Connection(IPeerConnection inner, CorruptingConnections owner)
        {
            _inner = inner;
            _owner = owner;
            inner.DataChannelReceived += channel => DataChannelReceived?.Invoke(new Channel(channel, owner));
        }

        public event Action<IDataChannel>? DataChannelReceived;

        public event Action<PeerConnectionState>? StateChanged
        {
            add => _inner.StateChanged += value;
            remove => _inner.StateChanged -= value;
        }

        public event Action<IceCandidate?>? IceCandidateGathered
        {
            add => _inner.IceCandidateGathered += value;
            remove => _inner.IceCandidateGathered -= value;
        }

        public event Action? NegotiationNeeded
        {
            add => _inner.NegotiationNeeded += value;
            remove => _inner.NegotiationNeeded -= value;
        }

        public PeerConnectionState State => _inner.State;

        public IDataChannel CreateDataChannel(string label, DataChannelOptions? options = null) =>
            new Channel(_inner.CreateDataChannel(label, options), _owner);

        public SessionDescription CreateOffer() => _inner.CreateOffer();

        public SessionDescription? TryAcceptOffer(SessionDescription offer, out string? error) => _inner.TryAcceptOffer(offer, out error);

        public bool TryAcceptAnswer(SessionDescription answer, out string? error) => _inner.TryAcceptAnswer(answer, out error);

        public void RestartIce() => _inner.RestartIce();

        public void AddIceCandidate(IceCandidate candidate) => _inner.AddIceCandidate(candidate);

        public void Dispose() => _inner.Dispose();
    }

    private sealed class Channel(IDataChannel inner, CorruptingConnections owner) : IDataChannel
    {
        public event Action? Opened
        {
            add => inner.Opened += value;
            remove => inner.Opened -= value;
        }

        public event Action? Closed
        {
            add => inner.Closed += value;
            remove => inner.Closed -= value;
        }

        public event Action? BufferedAmountLow
        {
            add => inner.BufferedAmountLow += value;
            remove => inner.BufferedAmountLow -= value;
        }

        public event DataChannelMessageHandler? MessageReceived
        {
            add => inner.MessageReceived += value;
            remove => inner.MessageReceived -= value;
        }

        public string Label => inner.Label;

        public DataChannelState State => inner.State;

        public long BufferedAmount => inner.BufferedAmount;

        public long BufferedAmountLowThreshold
        {
            get => inner.BufferedAmountLowThreshold;
            set => inner.BufferedAmountLowThreshold = value;
        }

        public bool TrySend(ReadOnlySpan<byte> message)
        {
            // Long enough that only a message with media can be meant; its last byte is media and not a field.
            if (Label != "data" || message.Length < 256)
            {
                return inner.TrySend(message);
            }

            byte[] damaged = message.ToArray();
            damaged[^1] ^= 0xFF;
            Interlocked.Increment(ref owner._damaged);
            return inner.TrySend(damaged);
        }

        public void Close() => inner.Close();
    }
}

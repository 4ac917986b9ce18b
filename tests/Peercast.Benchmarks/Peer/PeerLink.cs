using Peercast.Protocol.Transport;

namespace Peercast.Benchmarks.Peer;

/// <summary>One connection of the process under measurement, with one channel that sends or receives the pattern.</summary>
internal sealed class PeerLink : IDisposable
{
    // Enough to keep the engine busy between two calls of the handler, and no more than a browser's page would use.
    private const long HighWater = 1024 * 1024;
    private const long LowWater = 512 * 1024;

    private readonly IPeerConnection _connection;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gathered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _sending = new();
    private IDataChannel? _channel;
    private long _sent;
    private long _messages;
    private long _bytes;
    private long _wrong;
    private int _messageLength;
    private volatile bool _isSending;

    public PeerLink(IPeerConnection connection)
    {
        _connection = connection;
        connection.DataChannelReceived += Adopt;
        connection.IceCandidateGathered += candidate =>
        {
            if (candidate is null)
            {
                _gathered.TrySetResult();
            }
        };
    }

    /// <summary>Done when the channel is open.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Bytes received so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Messages whose content was not the expected one.</summary>
    public long Wrong => Interlocked.Read(ref _wrong);

    public string Offer()
    {
        Adopt(_connection.CreateDataChannel("data"));
        return _connection.CreateOffer().Sdp;
    }

    public string Answer(string offer) =>
        _connection.TryAcceptOffer(new SessionDescription("offer", offer), out string? error)?.Sdp ?? throw new InvalidOperationException(error);

    public void Accept(string answer)
    {
        if (!_connection.TryAcceptAnswer(new SessionDescription("answer", answer), out string? error))
        {
            throw new InvalidOperationException(error);
        }
    }

    /// <summary>Sends without pause until <see cref="Stop"/>.</summary>
    public void Send(int messageLength)
    {
        _messageLength = messageLength;
        _isSending = true;
        Fill();
    }

    public void Stop() => _isSending = false;

    public void Dispose()
    {
        Stop();
        _connection.Dispose();
    }

    private void Adopt(IDataChannel channel)
    {
        _channel = channel;
        channel.BufferedAmountLowThreshold = LowWater;
        channel.BufferedAmountLow += Fill;
        channel.MessageReceived += Received;
        channel.Opened += () => _opened.TrySetResult();
    }

    private void Fill()
    {
        lock (_sending)
        {
            while (_isSending && _channel!.BufferedAmount < HighWater && _channel.TrySend(Pattern.Message(_sent, _messageLength)))
            {
                _sent++;
            }
        }
    }

    private void Received(ReadOnlySpan<byte> message, bool isText)
    {
        if (message.Length > Pattern.MaxMessage || !message.SequenceEqual(Pattern.Message(_messages, message.Length)))
        {
            Interlocked.Increment(ref _wrong);
        }

        _messages++;
        Interlocked.Add(ref _bytes, message.Length);
    }
}

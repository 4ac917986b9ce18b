using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Transport;

namespace Peercast.Player.Session;

/// <summary>
/// One attempt at, and then one connection to, a neighbor: a peer connection with its <c>control</c> and <c>data</c>
/// channels. Tells its owner when both are open, what arrives, and once when it is over.
/// </summary>
internal sealed class NeighborConnection : IDisposable
{
    private const string ControlLabel = "control";
    private const string DataLabel = "data";
    private const long HalfChunk = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly INeighborEvents _events;
    private IDataChannel? _control;
    private IDataChannel? _data;
    private bool _opened;
    private bool _over;

    public NeighborConnection(NeighborId id, PeerId peer, string session, bool weOffered, IPeerConnection connection, INeighborEvents events)
    {
        Id = id;
        Peer = peer;
        Session = session;
        WeOffered = weOffered;
        Connection = connection;
        _events = events;
        connection.StateChanged += OnStateChanged;
        connection.NegotiationNeeded += () => events.OnRestartNeeded(this);
        if (weOffered)
        {
            Adopt(connection.CreateDataChannel(ControlLabel));
            Adopt(connection.CreateDataChannel(DataLabel, new DataChannelOptions { Ordered = false }));
        }
        else
        {
            connection.DataChannelReceived += Adopt;
        }
    }

    /// <summary>Our name for the connection.</summary>
    public NeighborId Id { get; }

    /// <summary>Who is at the other end, by the tracker's word.</summary>
    public PeerId Peer { get; }

    /// <summary>The offering side's name for this attempt.</summary>
    public string Session { get; }

    /// <summary>Whether the offer was ours.</summary>
    public bool WeOffered { get; }

    /// <summary>The connection below.</summary>
    public IPeerConnection Connection { get; }

    /// <summary>Whether both channels have opened.</summary>
    public bool IsOpen => Volatile.Read(ref _opened);

    /// <summary>Bytes that wait in the data channel.</summary>
    public long DataBuffered => _data?.BufferedAmount ?? 0;

    /// <summary>Sends on one of the channels; <see langword="false"/> when it is closed or its buffer is full.</summary>
    public bool TrySend(bool onDataChannel, ReadOnlySpan<byte> message)
    {
        if (!onDataChannel)
        {
            return _control?.TrySend(message) ?? false;
        }

        if (_data is not { } data || !data.TrySend(message))
        {
            return false;
        }

        AwaitRoom(data);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
        }

        Connection.Dispose();
    }

    private void Adopt(IDataChannel channel)
    {
        bool isData = channel.Label == DataLabel;
        if (!isData && channel.Label != ControlLabel)
        {
            channel.Close();
            return;
        }

        if (isData)
        {
            _data = channel;
            channel.BufferedAmountLow += () =>
            {
                AwaitRoom(channel);
                _events.OnDataBufferLow(this);
            };
        }
        else
        {
            _control = channel;
        }

        channel.MessageReceived += (message, _) => _events.OnMessage(this, isData, message);
        channel.Closed += ReportOver;
        channel.Opened += OnChannelOpened;
        if (channel.State == DataChannelState.Open)
        {
            OnChannelOpened();
        }
    }

    /// <summary>
    /// Half a chunk left to send is the moment to decide what comes next. Then the engine also has to hear that the
    /// buffer ran empty, or it takes what was left there for a queue that never moves.
    /// </summary>
    private static void AwaitRoom(IDataChannel data) => data.BufferedAmountLowThreshold = data.BufferedAmount > HalfChunk ? HalfChunk : 0;

    private void OnChannelOpened()
    {
        lock (_gate)
        {
            if (_opened || _over || _control?.State != DataChannelState.Open || _data?.State != DataChannelState.Open)
            {
                return;
            }

            _opened = true;
        }

        _events.OnOpen(this);
    }

    private void OnStateChanged(PeerConnectionState state)
    {
        if (state is PeerConnectionState.Failed or PeerConnectionState.Closed)
        {
            ReportOver();
        }
        else if (state == PeerConnectionState.Disconnected)
        {
            Connection.RestartIce();
        }
    }

    private void ReportOver()
    {
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _over = true;
        }

        _events.OnOver(this);
    }
}

/// <summary>What a <see cref="NeighborConnection"/> tells its owner, from the connection's own thread.</summary>
internal interface INeighborEvents
{
    /// <summary>Both channels are open.</summary>
    void OnOpen(NeighborConnection neighbor);

    /// <summary>A message arrived.</summary>
    void OnMessage(NeighborConnection neighbor, bool onDataChannel, ReadOnlySpan<byte> message);

    /// <summary>The data channel's buffer has room again.</summary>
    void OnDataBufferLow(NeighborConnection neighbor);

    /// <summary>The way to the peer is lost, and another is to be agreed on.</summary>
    void OnRestartNeeded(NeighborConnection neighbor);

    /// <summary>The attempt failed, or the connection is lost or closed by the other side. Said at most once.</summary>
    void OnOver(NeighborConnection neighbor);
}

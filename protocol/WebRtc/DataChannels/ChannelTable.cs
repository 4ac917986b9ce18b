namespace Peercast.WebRtc.DataChannels;

/// <summary>
/// Which channel has which stream id. The DTLS client opens channels with even ids, the server with odd ones (RFC 8832,
/// section 6); how many there are, and what their names take, is bounded.
/// </summary>
internal sealed class ChannelTable
{
    // A browser allows 65,535; a peer that opens more than this has no use for them here.
    private const int MaxChannels = 1024;

    // Labels and protocol names of 65,535 bytes each are allowed (webrtc-pc, section 6.1), and some use them to say what a channel
    // is for: one may be as long, but so many channels of them would hold 268 MB. Those that are left over are refused as those
    // beyond MaxChannels are, so that their opener learns it.
    private const int MaxPeerNameChars = 1024 * 1024;
    private readonly Dictionary<ushort, DataChannel> _channels = [];
    private int _peerNameChars;

    /// <summary>Our side's role, known before the first channel.</summary>
    public bool IsDtlsClient { get; set; }

    /// <summary>The channels, in the order of their ids.</summary>
    public IEnumerable<DataChannel> InOrder => _channels.OrderBy(pair => pair.Key).Select(pair => pair.Value);

    public DataChannel? Find(ushort streamId) => _channels.GetValueOrDefault(streamId);

    /// <summary>Gives a channel of ours the first free id.</summary>
    /// <returns><see langword="false"/> when there is none.</returns>
    public bool TryAddOurs(DataChannel channel)
    {
        if (FreeId() is not { } id)
            return false;
        channel.StreamId = id;
        _channels.Add(id, channel);
        return true;
    }

    /// <summary>Adds a channel that the peer opens, with the free id that it has chosen.</summary>
    /// <returns><see langword="false"/> when the id is not the peer's to choose, or the channel is more than we hold.</returns>
    public bool TryAddPeers(DataChannel channel)
    {
        ushort id = channel.StreamId!.Value;
        int chars = _peerNameChars + NameChars(channel);
        if (!IsPeers(id) || _channels.Count >= MaxChannels || chars > MaxPeerNameChars)
            return false;
        _channels.Add(id, channel);
        _peerNameChars = chars;
        return true;
    }

    /// <summary>Frees the channel's id, if it has one and it has not gone to another since.</summary>
    public void Remove(DataChannel channel)
    {
        if (channel.StreamId is not { } id || Find(id) != channel)
            return;
        _channels.Remove(id);
        if (IsPeers(id))
            _peerNameChars -= NameChars(channel);
    }

    private static int NameChars(DataChannel channel) => channel.Label.Length + channel.Options.Protocol.Length;

    private bool IsPeers(ushort streamId) => (streamId % 2 == 0) != IsDtlsClient;

    private ushort? FreeId()
    {
        if (_channels.Count >= MaxChannels)
            return null;
        for (int id = IsDtlsClient ? 0 : 1; id < ushort.MaxValue; id += 2)
        {
            if (!_channels.ContainsKey((ushort)id))
                return (ushort)id;
        }

        return null;
    }
}

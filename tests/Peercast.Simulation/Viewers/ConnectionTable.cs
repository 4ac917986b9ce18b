using System.Globalization;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;
using Peercast.Protocol.Swarm;
using Peercast.Simulation.Kernel;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Viewers;

/// <summary>
/// A viewer's connections: offers for the engine's wishes, answers to the offers of others, with the rules of the
/// player's own connector. An SDP here is a <see cref="ConnectionEnd"/>.
/// </summary>
internal sealed class ConnectionTable(Viewer viewer, Setting setting)
{
    /// <summary>As in the player.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>From the answer to open channels: a check of ICE, two flights of DTLS, two of SCTP with DCEP behind them.</summary>
    private const int SetupRoundTrips = 5;

    private static readonly TimeSpan SetupWork = TimeSpan.FromMilliseconds(40);

    private readonly Dictionary<long, Connection> _byKey = [];
    private readonly Dictionary<PeerId, Connection> _byPeer = [];

    /// <summary>By the number of the viewer's own name, counted from 1 and never used again; those that are gone are <see langword="null"/>.</summary>
    private readonly List<Connection?> _byId = [null];

    /// <summary>This viewer, by the tracker's word.</summary>
    public PeerId Me { get; set; }

    /// <summary>The open connection with this name.</summary>
    public Connection? Find(NeighborId id) => _byId[id.Value] is { IsOpen: true } connection ? connection : null;

    private Connection? Find(long key) => _byKey.GetValueOrDefault(key);

    /// <summary>The engine wants a connection; begins after the engine's turn.</summary>
    public void Offer(PeerId peer) => viewer.Schedule(viewer.Now, new SimEvent(EventKind.ConnectWanted, (long)peer.Value));

    /// <summary>An event of a connection.</summary>
    public void Handle(in SimEvent e)
    {
        if (e.Kind == EventKind.ConnectWanted)
        {
            MakeOffer(new PeerId((ulong)e.Number));
            return;
        }

        if (Find(e.Number) is not { } connection)
        {
            return;
        }

        switch (e.Kind)
        {
            case EventKind.Connected when !connection.IsOpen:
                connection.IsOpen = true;
                connection.Queue = new SendQueue(connection.Id, connection.Loss);
                viewer.Run((session, now) => session.NeighborConnected(now, connection.Id, connection.Peer, connection.WeOffered));
                break;
            case EventKind.ConnectTimeout when !connection.IsOpen:
            case EventKind.Closed:
                Over(connection);
                break;
        }
    }

    /// <summary>A message that the tracker relayed.</summary>
    public void Receive(RelayedMessage message)
    {
        if (!PeerId.TryParse(message.Peer, out PeerId peer))
        {
            return;
        }

        Connection? attempt = Find(long.Parse(message.Session, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        switch (message)
        {
            case OfferMessage offer:
                Answer(peer, offer);
                break;
            case AnswerMessage answer when attempt is { IsOpen: false }:
                attempt.Meet(ConnectionEnd.Parse(answer.Sdp), viewer.Index, setting.Paths);
                SetUp(attempt);
                break;
            case RefusedMessage when attempt is { IsOpen: false }:
                Over(attempt);
                break;
        }
    }

    /// <summary>Closes a connection that the engine has dropped.</summary>
    public void Close(Connection connection)
    {
        Forget(connection);
        if (connection.Actor >= 0)
        {
            viewer.Send(
                connection.Actor, viewer.Now + connection.Delay, new SimEvent(EventKind.Closed, connection.Key));
        }
    }

    /// <summary>The engine drops a neighbor.</summary>
    public void Part(Connection connection) => Part(viewer.Now, connection);

    /// <summary>The run is over.</summary>
    public void PartFromAll(TimeSpan now)
    {
        foreach (Connection connection in _byKey.Values.Where(c => c.IsOpen))
        {
            Part(now, connection);
        }
    }

    /// <summary>Closes all: the viewer leaves.</summary>
    public void CloseAll()
    {
        foreach (Connection connection in _byKey.Values.OrderBy(c => c.Key).ToList())
        {
            Close(connection);
        }
    }

    private static string Name(long key) => key.ToString("x16", CultureInfo.InvariantCulture);

    private void Part(TimeSpan now, Connection connection)
    {
        if (connection.HasSpoken)
        {
            viewer.Log.Part(now, setting.Paths[connection.Actor]);
        }
    }

    private void MakeOffer(PeerId peer)
    {
        long key = ((long)viewer.Index << 32) | (uint)_byId.Count;
        if (Create(key, peer, weOffer: true) is not { } connection)
        {
            // The peer's own offer was answered meanwhile.
            return;
        }

        viewer.Signaling.Send(new OfferMessage(peer.ToString(), Name(key), connection.EndAt(viewer.Index).ToString()));
    }

    private void Answer(PeerId peer, OfferMessage offer)
    {
        if (_byPeer.GetValueOrDefault(peer) is { IsOpen: false, WeOffered: true } ours)
        {
            // Both offered at once: the offer of the smaller id stands, and both sides know which that is.
            if (Me < peer)
            {
                return;
            }

            Forget(ours);
        }

        bool accepted = viewer.Ask((session, now) =>
        {
            bool room = session.AcceptsNeighbor(peer);
            if (room)
            {
                session.NeighborConnecting(now, peer);
            }

            return room;
        });
        if (!accepted)
        {
            viewer.Signaling.Send(new RefusedMessage(peer.ToString(), offer.Session, "full"));
            return;
        }

        if (Create(long.Parse(offer.Session, NumberStyles.HexNumber, CultureInfo.InvariantCulture), peer, weOffer: false) is not { } connection)
        {
            viewer.Run((session, now) => session.ConnectFailed(now, peer));
            return;
        }

        connection.Meet(ConnectionEnd.Parse(offer.Sdp), viewer.Index, setting.Paths);
        viewer.Signaling.Send(new AnswerMessage(peer.ToString(), offer.Session, connection.EndAt(viewer.Index).ToString()));
    }

    private Connection? Create(long key, PeerId peer, bool weOffer)
    {
        if (_byPeer.ContainsKey(peer))
        {
            return null;
        }

        var connection = new Connection(key, new NeighborId(_byId.Count), peer, weOffer);
        _byKey.Add(key, connection);
        _byId.Add(connection);
        _byPeer.Add(peer, connection);
        viewer.Schedule(viewer.Now + ConnectTimeout, new SimEvent(EventKind.ConnectTimeout, key));
        return connection;
    }

    private void SetUp(Connection connection)
    {
        if (!setting.Paths.CanConnect(viewer.Index, connection.Actor))
        {
            // Neither side hears of the other: both wait in vain.
            return;
        }

        TimeSpan delay = connection.Delay;
        TimeSpan open = viewer.Now + (delay * 2 * SetupRoundTrips) + SetupWork;
        viewer.Schedule(open, new SimEvent(EventKind.Connected, connection.Key));
        viewer.Send(connection.Actor, open + delay, new SimEvent(EventKind.Connected, connection.Key));
    }

    /// <summary>An attempt failed, or a connection ended by the other side's wish.</summary>
    private void Over(Connection connection)
    {
        bool wasOpen = connection.IsOpen;
        Close(connection);
        viewer.Run((session, now) =>
        {
            if (wasOpen)
            {
                session.NeighborClosed(now, connection.Id);
            }
            else
            {
                session.ConnectFailed(now, connection.Peer);
            }
        });
    }

    private void Forget(Connection connection)
    {
        _byKey.Remove(connection.Key);
        _byId[connection.Id.Value] = null;
        _byPeer.Remove(connection.Peer);
        if (connection.Queue is { } queue)
        {
            viewer.Network.Uplink.Remove(viewer.Now, queue);
        }
    }
}

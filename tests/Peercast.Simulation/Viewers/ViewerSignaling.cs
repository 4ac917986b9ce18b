using System.Collections.Immutable;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;
using Peercast.Protocol.Swarm;
using Peercast.Simulation.Kernel;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Viewers;

/// <summary>A viewer's connection to the tracker, and to peers of whom neighbors told by way of these.</summary>
internal sealed class ViewerSignaling(Viewer viewer, Setting setting, PeerProfile profile)
{
    /// <summary>TCP, TLS and the channel's descriptor, then TCP, TLS and the upgrade of a connection to the tracker.</summary>
    private const int OpeningRoundTrips = 6;

    /// <summary>The player states no more than this, in kbit/s, until more is proven.</summary>
    private const long MostStated = 20_000;

    private readonly IntroductionList _introduced = new();
    private bool _isOpen = true;

    /// <summary>Joins.</summary>
    /// <param name="roundTrips">Until the tracker has the message.</param>
    public void Begin(int roundTrips = OpeningRoundTrips)
    {
        long uplink = profile.Manners == Manners.FreeRider ? 0 : Math.Min(profile.StatedUplink / 1000, MostStated);
        Send(
            new JoinMessage(1, setting.Swarm, (int)uplink, Listening: true, null),
            setting.Paths.DelayToOrigin(viewer.Index) * 2 * roundTrips);
    }

    /// <summary>Says farewell.</summary>
    public void Leave() => Send(new LeaveMessage());

    /// <summary>Asks for candidate peers.</summary>
    public void WantPeers(int count, IReadOnlyList<PeerId> exclude) =>
        Send(new WantPeersMessage(count, [.. exclude.Take(64).Select(peer => peer.ToString())]));

    /// <summary>Reports.</summary>
    public void Report(SwarmStatistics s) => Send(new ReportMessage(
        s.OriginBytes, s.NeighborBytes, s.UploadedBytes, s.ProvenUplinkKbps, s.ChunksReceived, s.Fallbacks, s.Neighbors));

    /// <summary>Sends a message to another peer, the way that the player would choose.</summary>
    public void Send(RelayedMessage message)
    {
        PeerId peer = Parse(message.Peer);
        if (_isOpen && _introduced.Contains(peer))
        {
            Send((SignalingMessage)message);
        }
        else if (!viewer.Ask((session, now) => session.TryRelaySignal(now, peer, SignalingCodec.Encode(message))) && message is OfferMessage)
        {
            viewer.Connections.Receive(new RefusedMessage(message.Peer, message.Session, "gone"));
        }
    }

    /// <summary>A neighbor relayed a message.</summary>
    public void ReceiveFromNeighbor(PeerId from, ReadOnlySpan<byte> encoded)
    {
        if (SignalingCodec.TryDecode(encoded, out SignalingMessage? message) && message is RelayedMessage relayed)
        {
            viewer.Connections.Receive(relayed with { Peer = from.ToString() });
        }
    }

    /// <summary>A message of the tracker came, or the connection to it ended.</summary>
    public void Handle(in SimEvent e)
    {
        if (e.Kind == EventKind.SignalingLost)
        {
            _isOpen = false;
            return;
        }

        switch (e.Content)
        {
            case WelcomeMessage welcome when PeerId.TryParse(welcome.PeerId, out PeerId me):
                viewer.Connections.Me = me;
                viewer.Run((session, now) => session.Join(now, me));
                break;
            case PeersMessage peers:
                (PeerId Peer, int)[] candidates = [.. peers.Peers.Select(entry => (Parse(entry.PeerId), entry.UplinkKbps))];
                foreach ((PeerId peer, _) in candidates)
                {
                    _introduced.Add(peer);
                }

                viewer.Run((session, now) => session.CandidatePeers(now, candidates));
                break;
            case SeedsMessage seeds:
                ImmutableArray<(PeerId, double)> set = [.. seeds.Seeds.Select(entry => (Parse(entry.PeerId), entry.Weight))];
                viewer.Run((session, now) => session.SetSeeds(now, seeds.Version, seeds.Copies, set));
                break;
            case RelayedMessage relayed:
                _introduced.Add(Parse(relayed.Peer));
                viewer.Connections.Receive(relayed);
                break;
        }
    }

    private void Send(SignalingMessage message, TimeSpan later = default)
    {
        // The player drops what it would say before the tracker's welcome.
        if (_isOpen && (viewer.Connections.Me.Value != 0 || message is JoinMessage or LeaveMessage))
        {
            viewer.Send(
                setting.TrackerActor,
                viewer.Now + later + setting.Paths.DelayToOrigin(viewer.Index),
                new SimEvent(EventKind.Signaling, viewer.Index, message));
        }
    }

    private static PeerId Parse(string text) => PeerId.TryParse(text, out PeerId id) ? id : throw new InvalidOperationException("The tracker sent a malformed peer id.");
}

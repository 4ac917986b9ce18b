using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Peercast.Protocol.Signaling;

/// <summary>
/// A message between a viewer and the tracker: one JSON text message on the WebSocket each, told apart by
/// <c>type</c>. SIGNALING.md is normative. Peer ids are written as in <see cref="Primitives.PeerId"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(JoinMessage), "join")]
[JsonDerivedType(typeof(WelcomeMessage), "welcome")]
[JsonDerivedType(typeof(WantPeersMessage), "wantPeers")]
[JsonDerivedType(typeof(PeersMessage), "peers")]
[JsonDerivedType(typeof(OfferMessage), "offer")]
[JsonDerivedType(typeof(AnswerMessage), "answer")]
[JsonDerivedType(typeof(CandidateMessage), "candidate")]
[JsonDerivedType(typeof(RefusedMessage), "refused")]
[JsonDerivedType(typeof(ReportMessage), "report")]
[JsonDerivedType(typeof(SeedsMessage), "seeds")]
[JsonDerivedType(typeof(LeaveMessage), "leave")]
[JsonDerivedType(typeof(ErrorMessage), "error")]
public abstract record SignalingMessage;

/// <summary>The first message of a viewer.</summary>
/// <param name="Version">1.</param>
/// <param name="SwarmId">Which swarm, 64 hexadecimal digits; must be the channel's.</param>
/// <param name="UplinkKbps">What the viewer is willing to upload, in kbit/s; 0: nothing.</param>
/// <param name="Listening">Whether others may be told to connect to this viewer.</param>
/// <param name="Resume">The token of an earlier <see cref="WelcomeMessage"/>, to keep the same peer id after a lost connection.</param>
public sealed record JoinMessage(int Version, string SwarmId, int UplinkKbps, bool Listening, string? Resume) : SignalingMessage;

/// <summary>The tracker's answer to <see cref="JoinMessage"/>.</summary>
/// <param name="PeerId">The viewer's id in the swarm.</param>
/// <param name="Resume">To be sent with the next join, see <see cref="JoinMessage.Resume"/>.</param>
/// <param name="ReportIntervalMs">How often to send a <see cref="ReportMessage"/>.</param>
public sealed record WelcomeMessage(string PeerId, string Resume, int ReportIntervalMs) : SignalingMessage;

/// <summary>The viewer wants to hear of more candidate peers.</summary>
/// <param name="Count">At most so many; the tracker has its own bound.</param>
/// <param name="Exclude">Peers it knows already; at most 64.</param>
public sealed record WantPeersMessage(int Count, ImmutableArray<string> Exclude) : SignalingMessage;

/// <summary>Candidate peers: from now on the viewer may signal to them, and they to it.</summary>
public sealed record PeersMessage(ImmutableArray<PeerEntry> Peers) : SignalingMessage;

/// <summary>A candidate peer.</summary>
/// <param name="PeerId">Its id.</param>
/// <param name="UplinkKbps">Its stated, or where known its proven, uplink in kbit/s.</param>
public sealed record PeerEntry(string PeerId, int UplinkKbps);

/// <summary>A message that the tracker relays to another peer it introduced.</summary>
/// <param name="Peer">From a viewer: the receiver. From the tracker: the sender.</param>
/// <param name="Session">Names one attempt to connect, chosen by the offering side, so that a late answer is not mistaken for another's; at most 32 characters.</param>
public abstract record RelayedMessage(string Peer, string Session) : SignalingMessage;

/// <summary>An SDP offer.</summary>
/// <param name="Peer">See <see cref="RelayedMessage"/>.</param>
/// <param name="Session">See <see cref="RelayedMessage"/>.</param>
/// <param name="Sdp">At most 8 KiB.</param>
/// <param name="Restart">It restarts ICE on the connection that the session has made; a receiver that has it no more refuses.</param>
public sealed record OfferMessage(string Peer, string Session, string Sdp, bool Restart = false) : RelayedMessage(Peer, Session);

/// <summary>An SDP answer.</summary>
/// <param name="Peer">See <see cref="RelayedMessage"/>.</param>
/// <param name="Session">See <see cref="RelayedMessage"/>.</param>
/// <param name="Sdp">At most 8 KiB.</param>
public sealed record AnswerMessage(string Peer, string Session, string Sdp) : RelayedMessage(Peer, Session);

/// <summary>A trickled ICE candidate (RFC 8838).</summary>
/// <param name="Peer">See <see cref="RelayedMessage"/>.</param>
/// <param name="Session">See <see cref="RelayedMessage"/>.</param>
/// <param name="Candidate">The <c>candidate:</c> text; empty: no more will follow. At most 512 characters.</param>
/// <param name="SdpMid">The media section.</param>
public sealed record CandidateMessage(string Peer, string Session, string Candidate, string SdpMid) : RelayedMessage(Peer, Session);

/// <summary>The peer will not connect (it has all the neighbors it wants, or it banned the sender), or it has left.</summary>
/// <param name="Peer">See <see cref="RelayedMessage"/>.</param>
/// <param name="Session">See <see cref="RelayedMessage"/>.</param>
/// <param name="Reason">One word for the log: <c>full</c>, <c>banned</c>, <c>gone</c>; <c>over</c>: the connection to restart is no more.</param>
public sealed record RefusedMessage(string Peer, string Session, string Reason) : RelayedMessage(Peer, Session);

/// <summary>What a viewer received and sent since it first joined (a resumed session counts on); what the origin chooses seeds and shows offload by.</summary>
/// <param name="OriginBytes">Media bytes received from the origin.</param>
/// <param name="NeighborBytes">Media bytes received from neighbors.</param>
/// <param name="UploadedBytes">Media bytes sent to neighbors.</param>
/// <param name="UplinkKbps">Highest upload rate proven over a few seconds, in kbit/s.</param>
/// <param name="Chunks">Chunks received, from anywhere.</param>
/// <param name="Fallbacks">Of these, chunks fetched from the origin because no neighbor would have been in time; seed duty not counted.</param>
/// <param name="Neighbors">Connected neighbors.</param>
public sealed record ReportMessage(
    long OriginBytes, long NeighborBytes, long UploadedBytes, int UplinkKbps, long Chunks, long Fallbacks, int Neighbors) : SignalingMessage;

/// <summary>
/// Seed duty, sent to the seeds themselves whenever the set changes. For each new chunk the <see cref="Copies"/> seeds
/// that come first in weighted rendezvous hashing fetch it from the origin at once; everybody can work that out alone.
/// </summary>
/// <param name="Version">Grows with each change.</param>
/// <param name="Copies">k: how many seeds fetch each chunk.</param>
/// <param name="Seeds">The set, at most 64; the receiver is one of them, or it is empty: no more duty.</param>
public sealed record SeedsMessage(long Version, int Copies, ImmutableArray<SeedEntry> Seeds) : SignalingMessage;

/// <summary>A seed.</summary>
/// <param name="PeerId">Its id.</param>
/// <param name="Weight">Its share relative to the others', above 0.</param>
public sealed record SeedEntry(string PeerId, double Weight);

/// <summary>The viewer leaves on purpose.</summary>
public sealed record LeaveMessage : SignalingMessage;

/// <summary>Something the tracker did not accept; it closes the connection after the fatal ones.</summary>
/// <param name="Code">A stable word: <c>version</c>, <c>swarm</c>, <c>malformed</c>, <c>rate</c>, <c>full</c>, <c>replaced</c>.</param>
/// <param name="Text">For people.</param>
public sealed record ErrorMessage(string Code, string Text) : SignalingMessage;

namespace Peercast.Protocol.Wire;

/// <summary>The first byte of every message; WIRE.md is normative.</summary>
internal enum MessageType : byte
{
    Handshake = 1,
    Have = 2,
    Request = 3,
    Cancel = 4,
    Data = 5,
    Integrity = 6,
    Choke = 7,
    Unchoke = 8,
    Pex = 9,
    Accept = 10,
    Reject = 11,
    Ping = 12,
    Pong = 13,
    Relay = 14,
    Window = 15,
}

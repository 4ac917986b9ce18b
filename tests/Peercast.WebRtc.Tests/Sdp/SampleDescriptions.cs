namespace Peercast.WebRtc.Tests.Sdp;

/// <summary>Offers in the form in which browsers write them.</summary>
internal static class SampleDescriptions
{
    public const string FingerprintText =
        "0F:1E:2D:3C:4B:5A:69:78:87:96:A5:B4:C3:D2:E1:F0:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

    public static readonly string Chromium = string.Join("\r\n", [
        "v=0",
        "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "a=extmap-allow-mixed",
        "a=msid-semantic: WMS",
        "m=application 54400 UDP/DTLS/SCTP webrtc-datachannel",
        "c=IN IP4 203.0.113.5",
        "a=candidate:1467250027 1 udp 2122260223 8f4e9f2a-3d0b-4f0c-9d4f-5d2f0c5f3c11.local 54400 typ host generation 0 network-id 1 network-cost 10",
        "a=candidate:1467250028 1 udp 1686052607 203.0.113.5 54400 typ srflx raddr 0.0.0.0 rport 0 generation 0 network-id 1",
        "a=candidate:435653019 1 tcp 1518280447 192.168.1.7 9 typ host tcptype active generation 0 network-id 1",
        "a=ice-ufrag:Xk3q",
        "a=ice-pwd:9vJw0mQ2xLr8sTzB4nYcHd/e",
        "a=ice-options:trickle renomination",
        "a=fingerprint:sha-256 " + FingerprintText,
        "a=setup:actpass",
        "a=mid:0",
        "a=sctp-port:5000",
        "a=max-message-size:262144",
        "a=sctp-init:AQAAHP",
        ""]);

    public static readonly string Firefox = string.Join("\r\n", [
        "v=0",
        "o=mozilla...THIS_IS_SDPARTA-99.0 7142348562340011234 0 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=fingerprint:sha-256 " + FingerprintText,
        "a=group:BUNDLE data",
        "a=ice-options:trickle",
        "a=msid-semantic:WMS *",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "c=IN IP4 0.0.0.0",
        "a=candidate:0 1 UDP 2122252543 192.168.1.7 41000 typ host",
        "a=candidate:2 1 TCP 2105524479 192.168.1.7 9 typ host tcptype active",
        "a=sendrecv",
        "a=end-of-candidates",
        "a=ice-pwd:9b1e0f7a6c5d4e3f2a1b0c9d8e7f6a5b",
        "a=ice-ufrag:7c3d1e0a",
        "a=mid:data",
        "a=setup:actpass",
        "a=sctp-port:5000",
        "a=max-message-size:1073741823",
        ""]);
}

const { RTCPeerConnection } = require('@roamhq/wrtc');

// Its bufferedamountlow is not raised every time: look every millisecond as well.
globalThis.looksMilliseconds = 1;

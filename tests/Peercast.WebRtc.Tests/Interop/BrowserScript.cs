namespace Peercast.WebRtc.Tests.Interop;

/// <summary>What the page can do.</summary>
internal static class BrowserScript
{
    public const string Text = """
        const peers = {}, partLength = 16384;

        function peer(name) {
          const pc = new RTCPeerConnection();
          const entry = peers[name] = { pc, channels: {}, closed: {}, waiting: {} };
          pc.ondatachannel = e => adopt(entry, e.channel);
          return entry;
        }

        function adopt(entry, channel) {
          channel.binaryType = 'arraybuffer';
          channel.messages = [];
          channel.takers = [];
          channel.onmessage = e => {
            const value = typeof e.data == 'string' ? 'text:' + e.data : 'binary:' + new Uint8Array(e.data).join();
            channel.takers.length ? channel.takers.shift()(value) : channel.messages.push(value);
          };
          channel.opened = new Promise(done => channel.readyState == 'open' ? done() : channel.onopen = () => done());
          channel.ended = new Promise(done => channel.onclose = () => done());
          entry.channels[channel.label] = channel;
          entry.waiting[channel.label]?.(channel);
        }

        const channelOf = (name, label) => new Promise(done => {
          const entry = peers[name];
          entry.channels[label] ? done(entry.channels[label]) : entry.waiting[label] = done;
        });

        const gathered = pc => new Promise(done => {
          const look = () => pc.iceGatheringState == 'complete' && done(pc.localDescription.sdp);
          pc.onicegatheringstatechange = look;
          look();
        });

        async function makeOffer(name, label, ordered) {
          const entry = peer(name);
          adopt(entry, entry.pc.createDataChannel(label, { ordered }));
          await entry.pc.setLocalDescription(await entry.pc.createOffer());
          return gathered(entry.pc);
        }

        const takeAnswer = (name, sdp) => peers[name].pc.setRemoteDescription({ type: 'answer', sdp });

        async function makeAnswer(name, sdp) {
          const entry = peer(name);
          await entry.pc.setRemoteDescription({ type: 'offer', sdp });
          await entry.pc.setLocalDescription(await entry.pc.createAnswer());
          return gathered(entry.pc);
        }

        async function restart(name) {
          const pc = peers[name].pc;
          pc.restartIce();
          await pc.setLocalDescription(await pc.createOffer());
          return gathered(pc);
        }

        async function answerRestart(name, sdp) {
          const pc = peers[name].pc;
          await pc.setRemoteDescription({ type: 'offer', sdp });
          await pc.setLocalDescription(await pc.createAnswer());
          return gathered(pc);
        }

        // The fragment that names our generation: of the pair in use where the browser tells that, else of what is agreed on.
        async function fragmentInUse(name) {
          const pc = peers[name].pc;
          for (const stat of (await pc.getStats()).values())
            if (stat.type == 'transport' && stat.iceLocalUsernameFragment) return stat.iceLocalUsernameFragment;
          return /a=ice-ufrag:(.*)/.exec(pc.currentLocalDescription.sdp)[1];
        }

        const addCandidate = (name, candidate, sdpMid) => peers[name].pc.addIceCandidate({ candidate, sdpMid });

        const connectionState = name => peers[name].pc.connectionState;

        const opened = async (name, label) => { await (await channelOf(name, label)).opened; return 'open'; };

        const ended = async (name, label) => { await (await channelOf(name, label)).ended; return 'closed'; };

        async function send(name, label, values) {
          // Chromium may hand out the first message of a channel before it calls the channel open.
          const channel = await channelOf(name, label);
          await channel.opened;
          channel.send(typeof values == 'string' ? values : new Uint8Array(values));
        }

        const open = (name, label) => adopt(peers[name], peers[name].pc.createDataChannel(label));

        const take = async (name, label) => {
          const channel = await channelOf(name, label);
          return channel.messages.length ? channel.messages.shift() : new Promise(done => channel.takers.push(done));
        };

        const closeChannel = async (name, label) => { (await channelOf(name, label)).close(); };

        const closePeer = name => { peers[name].pc.close(); };

        const hex = buffer => [...new Uint8Array(buffer)].map(b => b.toString(16).padStart(2, '0')).join('');

        async function sendBlob(name, label, length) {
          const channel = await channelOf(name, label), data = new Uint8Array(length);
          for (let at = 0; at < length; at += 65536) crypto.getRandomValues(data.subarray(at, Math.min(at + 65536, length)));
          channel.bufferedAmountLowThreshold = 262144;
          for (let index = 0; index * partLength < length; index++) {
            if (channel.bufferedAmount > 1048576) await new Promise(done => channel.onbufferedamountlow = done);
            const part = data.subarray(index * partLength, (index + 1) * partLength), message = new Uint8Array(4 + part.length);
            new DataView(message.buffer).setInt32(0, index, true);
            message.set(part, 4);
            channel.send(message);
          }
          return hex(await crypto.subtle.digest('SHA-256', data));
        }

        async function expectBlob(name, label, length) {
          const channel = await channelOf(name, label), data = new Uint8Array(length);
          let received = 0;
          channel.blob = new Promise(done => channel.onmessage = e => {
            data.set(new Uint8Array(e.data, 4), new DataView(e.data).getInt32(0, true) * partLength);
            received += e.data.byteLength - 4;
            if (received == length) done(data);
          });
        }

        const takeBlob = async (name, label) => hex(await crypto.subtle.digest('SHA-256', await (await channelOf(name, label)).blob));
        """;
}

// One end of measured connections over the W3C's interface: a browser's, or a library's that has the same.
const highWater = 1048576, lowWater = 524288, links = {};

function linkOf(name, configuration) {
  const pc = new RTCPeerConnection(configuration);
  const link = links[name] = { pc, bytes: 0, wrong: 0, messages: 0, sent: 0, sending: false };
  link.opened = new Promise(done => link.isOpen = done);
  pc.ondatachannel = e => adopt(link, e.channel);
  return link;
}

function adopt(link, channel) {
  link.channel = channel;
  channel.binaryType = 'arraybuffer';
  channel.bufferedAmountLowThreshold = lowWater;
  channel.onbufferedamountlow = () => fill(link);
  channel.onmessage = e => {
    if (!isMessage(link.messages++, e.data)) link.wrong++;
    link.bytes += e.data.byteLength;
  };
  channel.readyState == 'open' ? link.isOpen() : channel.onopen = () => link.isOpen();
}

function fill(link) {
  while (link.sending && link.channel.bufferedAmount < highWater) link.channel.send(messageOf(link.sent++, link.length));
  if (link.sending && globalThis.looksMilliseconds) {
    clearTimeout(link.look);
    link.look = setTimeout(() => fill(link), looksMilliseconds);
  }
}

const gathered = pc => new Promise(done => {
  const look = () => pc.iceGatheringState == 'complete' && done(pc.localDescription.sdp);
  pc.onicegatheringstatechange = look;
  look();
});

const verbs = {
  async offer({ link }) {
    const entry = linkOf(link);
    adopt(entry, entry.pc.createDataChannel('data'));
    await entry.pc.setLocalDescription(await entry.pc.createOffer());
    return { sdp: await gathered(entry.pc) };
  },
  async answer({ link, sdp }) {
    const entry = linkOf(link);
    await entry.pc.setRemoteDescription({ type: 'offer', sdp });
    await entry.pc.setLocalDescription(await entry.pc.createAnswer());
    return { sdp: await gathered(entry.pc) };
  },
  accept: ({ link, sdp }) => links[link].pc.setRemoteDescription({ type: 'answer', sdp }),
  opened: ({ link }) => links[link].opened,
  send({ link, length }) {
    links[link].length = length;
    links[link].sending = true;
    fill(links[link]);
  },
  stop({ link }) { links[link].sending = false; },
  received: ({ link }) => ({ bytes: links[link].bytes, wrong: links[link].wrong }),
  close({ link }) {
    links[link].pc.close();
    delete links[link];
  },
};

async function answerTo(request) {
  try {
    return JSON.stringify({ ...await verbs[request.do](request), id: request.id });
  } catch (failure) {
    return JSON.stringify({ error: String(failure), id: request.id });
  }
}

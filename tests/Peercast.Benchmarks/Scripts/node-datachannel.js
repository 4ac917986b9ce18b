// One end of measured connections over the library's own interface, which spares it the cost of a second one on top.
const { PeerConnection } = require('node-datachannel');
const highWater = 1048576, lowWater = 524288, links = {};

function linkOf(name) {
  const pc = new PeerConnection(name, { iceServers: [], maxMessageSize: maxMessage });
  const link = links[name] = { pc, bytes: 0, wrong: 0, messages: 0, sent: 0, sending: false };
  link.opened = new Promise(done => link.isOpen = done);
  link.gathered = new Promise(done => pc.onGatheringStateChange(state => state == 'complete' && done()));
  pc.onDataChannel(channel => adopt(link, channel));
  return link;
}

function adopt(link, channel) {
  link.channel = channel;
  channel.setBufferedAmountLowThreshold(lowWater);
  channel.onBufferedAmountLow(() => fill(link));
  channel.onMessage(message => {
    if (Buffer.compare(message, messageOf(link.messages++, message.length)) != 0) link.wrong++;
    link.bytes += message.length;
  });
  channel.isOpen() ? link.isOpen() : channel.onOpen(() => link.isOpen());
}

function fill(link) {
  while (link.sending && link.channel.bufferedAmount() < highWater) link.channel.sendMessageBinary(messageOf(link.sent++, link.length));
}

const describe = async link => {
  await link.gathered;
  return { sdp: link.pc.localDescription().sdp };
};

const verbs = {
  offer({ link }) {
    const entry = linkOf(link);
    adopt(entry, entry.pc.createDataChannel('data'));
    return describe(entry);
  },
  answer({ link, sdp }) {
    const entry = linkOf(link);
    entry.pc.setRemoteDescription(sdp, 'offer');
    return describe(entry);
  },
  accept({ link, sdp }) { links[link].pc.setRemoteDescription(sdp, 'answer'); },
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

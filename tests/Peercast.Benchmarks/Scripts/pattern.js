// The content of the messages, as Pattern.cs makes it.
const step = 8, positions = 8192, maxMessage = 262144;
const words = new Uint32Array((positions * step + maxMessage) / 4);
for (let i = 0, state = 2463534242; i < words.length; i++) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  words[i] = state;
}

const offsetOf = number => (number % positions) * step;
const messageOf = (number, length) => new Uint8Array(words.buffer, offsetOf(number), length);

function isMessage(number, buffer) {
  const offset = offsetOf(number) / 4, length = buffer.byteLength >> 2;
  if (buffer.byteLength > maxMessage) return false;
  const got = new Int32Array(buffer, 0, length), expected = new Int32Array(words.buffer, offset * 4, length);
  for (let i = 0; i < length; i++) if (got[i] !== expected[i]) return false;
  return true;
}

// Sounds, decoded as Sensorium decodes them: plain WAV. On a page, decodeAudioData reads other formats.
import { readFile } from 'node:fs/promises';

/** A path or the bytes of a WAV file (PCM of 8 to 32 bits, or floating-point numbers) → { rate, channels }. */
export async function decode(source) {
  const bytes = typeof source === 'string' ? await readFile(source) : source;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = {};
  for (let at = 12; at + 8 <= bytes.length; at += 8 + Math.ceil(view.getUint32(at + 4, true) / 2) * 2) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    chunks[name] ??= { start: at + 8, size: Math.min(view.getUint32(at + 4, true), bytes.length - at - 8) };
  }
  const { 'fmt ': format, data } = chunks;
  if (!format || !data) throw new Error('this is no WAV file');
  const tag = view.getUint16(format.start, true);
  const coding = tag === 0xfffe ? view.getUint16(format.start + 24, true) : tag;
  const [count, frame] = [view.getUint16(format.start + 2, true), view.getUint16(format.start + 12, true)];
  const width = frame / count;
  const read = (coding === 3 ? floats : integers)[width];
  if (!read || (coding !== 1 && coding !== 3)) throw new Error('this WAV is coded in another way than PCM');
  const channels = Array.from({ length: count }, (_, channel) =>
    Float32Array.from({ length: Math.floor(data.size / frame) }, (_, at) =>
      read(view, data.start + at * frame + channel * width),
    ),
  );
  return { rate: view.getUint32(format.start + 4, true), channels };
}

const integers = {
  1: (view, at) => (view.getUint8(at) - 128) / 2 ** 7,
  2: (view, at) => view.getInt16(at, true) / 2 ** 15,
  3: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23,
  4: (view, at) => view.getInt32(at, true) / 2 ** 31,
};
const floats = {
  4: (view, at) => view.getFloat32(at, true),
  8: (view, at) => view.getFloat64(at, true),
};

import { SensoriumError } from '@sensorium/contracts';
import { fromHalf } from '@sensorium/tensors';
import { type ExrChannel, type ExrHeader, readExrHeader, SAMPLE_BYTES } from './exr-header.js';
import { inflate } from './inflate.js';
import { badMedia } from './media-error.js';
import type { Samples, SamplesOptions } from './samples.js';

/**
 * One channel of an OpenEXR file (https://openexr.com/en/latest/OpenEXRFileLayout.html): of scan lines in one part, without
 * compression, or with ZIP or ZIPS; half, float or whole numbers. The channel is the only one, or the first that is called
 * `Z`, `depth`, `V`, `Y` or `R`, alone or after the name of a layer.
 */
export async function readExr(bytes: Uint8Array, name: string, { check, signal }: SamplesOptions): Promise<Samples> {
  try {
    const header = readExrHeader(bytes, name);
    const { width, height } = header;
    check(width, height);
    const picked = pickChannel(header.channels, name);
    const data = new Float32Array(width * height);
    for (let chunk = 0; chunk < Math.ceil(height / header.linesPerChunk); chunk++) {
      signal?.throwIfAborted();
      await readChunk(bytes, header, chunk, picked, data);
    }
    return { width, height, data };
  } catch (cause) {
    signal?.throwIfAborted();
    if (SensoriumError.is(cause)) throw cause;
    throw badMedia(name, `begins as OpenEXR, but is damaged or cut: ${(cause as Error).message}`, { cause });
  }
}

const PREFERRED = ['z', 'depth', 'v', 'y', 'r'];

function pickChannel(channels: readonly ExrChannel[], name: string): ExrChannel {
  const [only, ...others] = channels;
  if (only && others.length === 0) return only;
  const last = ({ name: own }: ExrChannel): string => own.slice(own.lastIndexOf('.') + 1).toLowerCase();
  const picked = PREFERRED.flatMap((wanted) => channels.filter((channel) => last(channel) === wanted))[0];
  if (picked) return picked;
  const names = channels.map((channel) => channel.name).join(', ');
  throw badMedia(name, `has the channels ${names}; which one has the values?`, { hint: 'Save one channel, called Z.' });
}

/** Writes the lines of a chunk into `data`. */
async function readChunk(
  bytes: Uint8Array,
  header: ExrHeader,
  chunk: number,
  picked: ExrChannel,
  data: Float32Array,
): Promise<void> {
  const { width, height, top, channels, linesPerChunk, offsets } = header;
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = Number(file.getBigUint64(offsets + 8 * chunk, true));
  const [first, size] = [file.getInt32(start, true) - top, file.getInt32(start + 4, true)];
  if (first < 0 || first >= height || first % linesPerChunk !== 0)
    throw new Error(`a chunk is said to begin in line ${first}`);
  const lines = Math.min(linesPerChunk, height - first);
  const widths = channels.map(({ type }) => width * SAMPLE_BYTES[type]);
  const lineBytes = widths.reduce((sum, own) => sum + own, 0);
  const packed = bytes.subarray(start + 8, start + 8 + size);
  if (packed.length < size) throw new Error(`line ${first + 1} is cut`);
  // What does not become smaller is stored as it is.
  const plain = size === lineBytes * lines ? packed : rearranged(await inflate(packed, lineBytes * lines));
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const before = widths.slice(0, channels.indexOf(picked)).reduce((sum, own) => sum + own, 0);
  for (let line = 0; line < lines; line++) {
    const row = data.subarray((first + line) * width, (first + line + 1) * width);
    const at = line * lineBytes + before;
    for (let x = 0; x < width; x++) row[x] = readers[picked.type](view, at + x * SAMPLE_BYTES[picked.type]);
  }
}

const readers: Readonly<Record<ExrChannel['type'], (view: DataView, at: number) => number>> = {
  uint: (view, at) => view.getUint32(at, true),
  half: (view, at) => fromHalf(view.getUint16(at, true)),
  float: (view, at) => view.getFloat32(at, true),
};

/** Undoes what ZIP does first: all even bytes, then all odd ones, each as its difference from the one before, plus 128. */
function rearranged(bytes: Uint8Array): Uint8Array {
  for (let at = 1; at < bytes.length; at++) bytes[at] = (bytes[at - 1] as number) + (bytes[at] as number) - 128;
  const half = Math.ceil(bytes.length / 2);
  return Uint8Array.from(bytes, (_, at) => bytes[(at >> 1) + (at % 2) * half] as number);
}

import { crc32, inflateSync, deflateSync } from 'node:zlib';
import { required, type Random } from '@sensorium/contracts';
import { byteMutations } from './bytes.js';
import { joined, pick, type Mutation, type Tools } from './mutation.js';

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** The chunks of a PNG; undefined for what is none. */
function chunksOf(bytes: Uint8Array): Chunk[] | undefined {
  if (Buffer.compare(bytes.subarray(0, signature.length), signature) !== 0) return undefined;
  const view = Buffer.from(bytes);
  const chunks: Chunk[] = [];
  for (let at = signature.length; at + 12 <= view.length;) {
    const length = view.readUInt32BE(at);
    chunks.push({ type: view.toString('latin1', at + 4, at + 8), data: view.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks.length > 0 ? chunks : undefined;
}

/** With lengths and checksums that are right. */
export function pngOf(chunks: readonly Chunk[]): Uint8Array {
  return joined(
    signature,
    ...chunks.map(({ type, data }) => {
      const body = joined(Buffer.from(type, 'latin1'), data);
      const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
      length.writeUInt32BE(data.length);
      check.writeUInt32BE(crc32(body));
      return joined(length, body, check);
    }),
  );
}

/** Width, height, depth, kind of colour, compression, filter, interlacing. */
export function headerOf(width: number, height: number, depth = 8, colour = 2, interlaced = 0): Chunk {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colour, 0, 0, interlaced], 8);
  return { type: 'IHDR', data };
}

const sizes = [0, 1, 2, 7, 24, 1000, 2000, 65_535, 2 ** 31 - 1, 2 ** 32 - 1];

const edits: readonly ((chunks: Chunk[], tools: Tools) => void)[] = [
  (chunks, { random }) =>
    void (chunks[0] = headerOf(
      pick(random, sizes),
      pick(random, sizes),
      pick(random, [1, 2, 4, 8, 16, 3]),
      pick(random, [0, 2, 3, 4, 6, 5]),
      random.integer(3),
    )),
  (chunks, { random }) => void chunks.splice(random.integer(chunks.length), 1),
  (chunks, { random }) => void chunks.splice(random.integer(chunks.length), 0, pick(random, chunks)),
  (chunks, tools) => changeData(chunks, tools),
  (chunks, tools) => changeData(chunks, tools),
  (chunks, { random }) => changePixels(chunks, random),
  (chunks, { random }) =>
    void chunks.splice(1, 0, {
      type: pick(random, ['tRNS', 'PLTE', 'iCCP', 'eXIf', 'gAMA', 'acTL', 'sBIT', 'cICP']),
      data: random.bytes(random.integer(64)),
    }),
];

function changeData(chunks: Chunk[], tools: Tools): void {
  const at = tools.random.integer(chunks.length);
  const { type, data } = required(chunks[at], 'a chunk');
  const changed = pick(tools.random, byteMutations).apply(data, tools);
  if (changed) chunks[at] = { type, data: changed };
}

/** What is compressed gets another length: too few rows, or a bomb. */
function changePixels(chunks: Chunk[], random: Random): void {
  const at = chunks.findIndex(({ type }) => type === 'IDAT');
  const pixels = chunks[at];
  if (!pixels) return;
  try {
    const raw = inflateSync(pixels.data);
    const length = pick(random, [0, 1, raw.length - 1, raw.length >> 1, raw.length * 2, 2 ** 24]);
    chunks[at] = { type: 'IDAT', data: deflateSync(Buffer.concat([raw, Buffer.alloc(length)]).subarray(0, length)) };
  } catch {
    // What was changed before need not be compressed any more.
  }
}

/** Changes within chunks, with checksums that hold: what comes after them is reached. */
export const pngMutation: Mutation = {
  name: 'chunks changed',
  apply(bytes, tools) {
    const chunks = chunksOf(bytes);
    if (!chunks) return undefined;
    pick(tools.random, edits)(chunks, tools);
    return pngOf(chunks);
  },
};

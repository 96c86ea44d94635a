import type { Store, StoredFile } from '../store/store.js';
import { crc32 } from './crc32.js';

// A file of prepared tensors: `count` records of `recordBytes` each, a CRC-32 (uint32, little-endian) of each, the
// description as JSON, and the length of that JSON (uint32). What describes the file stands at its end, because only
// then is everything known.

/** What a file says of itself. */
interface Description {
  readonly identity: string;
  readonly count: number;
}

/** The end of a file whose records have these checksums. `identity` tells stores of different content apart. */
export function encodeTail(identity: string, checksums: readonly number[]): Uint8Array {
  const description: Description = { identity, count: checksums.length };
  const json = new TextEncoder().encode(JSON.stringify(description));
  const tail = new Uint8Array(4 * checksums.length + json.length + 4);
  const view = new DataView(tail.buffer);
  checksums.forEach((checksum, index) => view.setUint32(4 * index, checksum, true));
  tail.set(json, 4 * checksums.length);
  view.setUint32(tail.length - 4, json.length, true);
  return tail;
}

/** A finished file whose records were all found intact. */
export interface RecordReader {
  readonly count: number;
  /** Fills `target` with bytes of the record number `index`, from `offset` on. */
  read(index: number, offset: number, target: Uint8Array): Promise<void> | void;
  dispose(): Promise<void>;
}

/** Files up to this size are held in memory. */
const MEMORY_LIMIT = 512 * 2 ** 20;
const BLOCK_BYTES = 16 * 2 ** 20;

/** Opens a finished file and checks every record. Undefined where there is none, or a damaged one. */
export async function openRecords(
  store: Store,
  name: string,
  identity: string,
  recordBytes: number,
): Promise<RecordReader | undefined> {
  const file = await store.open(name);
  return file && readRecords(file, identity, recordBytes);
}

/** The same of a file that is open; the reader owns it. Without one, it is closed. */
export async function readRecords(
  file: StoredFile,
  identity: string,
  recordBytes: number,
): Promise<RecordReader | undefined> {
  let reader: RecordReader | undefined;
  try {
    reader = await readerOf(file, identity, recordBytes);
    return reader;
  } finally {
    if (!reader) await file.dispose();
  }
}

async function readerOf(file: StoredFile, identity: string, recordBytes: number): Promise<RecordReader | undefined> {
  const checksums = await readChecksums(file, identity, recordBytes);
  if (!checksums) return undefined;
  const size = checksums.length * recordBytes;
  const memory = file.bytes ?? (size <= MEMORY_LIMIT ? await readBytes(file, 0, size) : undefined);
  if (!(await isIntact(file, checksums, recordBytes, memory))) return undefined;
  return {
    count: checksums.length,
    read(index, offset, target) {
      const start = index * recordBytes + offset;
      if (!memory) return file.read(target, start);
      target.set(memory.subarray(start, start + target.length));
    },
    dispose: () => file.dispose(),
  };
}

/** Undefined where the file is cut, or holds something else. */
async function readChecksums(
  file: StoredFile,
  identity: string,
  recordBytes: number,
): Promise<readonly number[] | undefined> {
  const { size } = file;
  if (size < 4) return undefined;
  const jsonBytes = viewOf(await readBytes(file, size - 4, 4)).getUint32(0, true);
  const jsonStart = size - 4 - jsonBytes;
  if (jsonStart < 0) return undefined;
  const description = parseDescription(await readBytes(file, jsonStart, jsonBytes));
  if (description?.identity !== identity || description.count * (recordBytes + 4) !== jsonStart) return undefined;
  const { count } = description;
  const table = viewOf(await readBytes(file, count * recordBytes, 4 * count));
  return Array.from({ length: count }, (_, index) => table.getUint32(4 * index, true));
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

function parseDescription(json: Uint8Array): Description | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(json)) as Description;
  } catch {
    return undefined;
  }
}

/** Reads all records, block by block, unless they are in `memory`. */
async function isIntact(
  file: StoredFile,
  checksums: readonly number[],
  recordBytes: number,
  memory: Uint8Array | undefined,
): Promise<boolean> {
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / recordBytes));
  for (let first = 0; first < checksums.length; first += perBlock) {
    const inBlock = checksums.slice(first, first + perBlock);
    const [start, size] = [first * recordBytes, inBlock.length * recordBytes];
    const block = memory?.subarray(start, start + size) ?? (await readBytes(file, start, size));
    const isWhole = inBlock.every(
      (checksum, index) => crc32(block.subarray(index * recordBytes, (index + 1) * recordBytes)) === checksum,
    );
    if (!isWhole) return false;
  }
  return true;
}

async function readBytes(file: StoredFile, position: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  await file.read(bytes, position);
  return bytes;
}

import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { ioError } from './io-error.js';

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
  const json = Buffer.from(JSON.stringify(description));
  const tail = Buffer.alloc(4 * checksums.length + json.length + 4);
  checksums.forEach((checksum, index) => tail.writeUInt32LE(checksum, 4 * index));
  json.copy(tail, 4 * checksums.length);
  tail.writeUInt32LE(json.length, tail.length - 4);
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
const memoryLimit = 512 * 2 ** 20;
const blockBytes = 16 * 2 ** 20;

/** Opens a finished file and checks every record. Undefined where there is none, or a damaged one. */
export async function openRecords(
  path: string,
  identity: string,
  recordBytes: number,
): Promise<RecordReader | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const reader = await readerOf(handle, identity, recordBytes);
    if (reader) handle = undefined;
    return reader;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw ioError(error, path);
  } finally {
    await handle?.close();
  }
}

/** The reader owns the handle from then on. */
async function readerOf(handle: FileHandle, identity: string, recordBytes: number): Promise<RecordReader | undefined> {
  const checksums = await readChecksums(handle, identity, recordBytes);
  if (!checksums) return undefined;
  const count = checksums.length;
  const memory = count * recordBytes <= memoryLimit ? new Uint8Array(count * recordBytes) : undefined;
  if (!(await intact(handle, checksums, recordBytes, memory))) return undefined;
  return {
    count,
    read(index, offset, target) {
      const start = index * recordBytes + offset;
      if (!memory) return readFully(handle, target, start);
      target.set(memory.subarray(start, start + target.length));
    },
    dispose: () => handle.close(),
  };
}

/** Undefined where the file is cut, or holds something else. */
async function readChecksums(
  handle: FileHandle,
  identity: string,
  recordBytes: number,
): Promise<Uint32Array | undefined> {
  const { size } = await handle.stat();
  if (size < 4) return undefined;
  const length = Buffer.alloc(4);
  await readFully(handle, length, size - 4);
  const jsonStart = size - 4 - length.readUInt32LE();
  if (jsonStart < 0) return undefined;
  const json = Buffer.alloc(size - 4 - jsonStart);
  await readFully(handle, json, jsonStart);
  const description = parseDescription(json);
  if (description?.identity !== identity || description.count * (recordBytes + 4) !== jsonStart) return undefined;
  const table = Buffer.alloc(4 * description.count);
  await readFully(handle, table, description.count * recordBytes);
  return Uint32Array.from({ length: description.count }, (_, index) => table.readUInt32LE(4 * index));
}

function parseDescription(json: Buffer): Description | undefined {
  try {
    return JSON.parse(json.toString()) as Description;
  } catch {
    return undefined;
  }
}

/** Reads all records, block by block, into `memory` if there is any. */
async function intact(
  handle: FileHandle,
  checksums: Uint32Array,
  recordBytes: number,
  memory: Uint8Array | undefined,
): Promise<boolean> {
  const perBlock = Math.max(1, Math.floor(blockBytes / recordBytes));
  const scratch = memory ? undefined : new Uint8Array(perBlock * recordBytes);
  for (let first = 0; first < checksums.length; first += perBlock) {
    const inBlock = Math.min(perBlock, checksums.length - first);
    const start = first * recordBytes;
    const block = memory
      ? memory.subarray(start, start + inBlock * recordBytes)
      : (scratch as Uint8Array).subarray(0, inBlock * recordBytes);
    await readFully(handle, block, start);
    for (let index = 0; index < inBlock; index++) {
      const record = block.subarray(index * recordBytes, (index + 1) * recordBytes);
      if (crc32(record) !== checksums[first + index]) return false;
    }
  }
  return true;
}

async function readFully(handle: FileHandle, target: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) throw new Error('the file of prepared tensors became shorter while it was read');
    done += bytesRead;
  }
}

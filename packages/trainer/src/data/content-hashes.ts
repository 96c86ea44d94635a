import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { SensoriumError } from '@sensorium/contracts';
import {
  disk,
  entryAddress,
  hashFile,
  ioError,
  readEntry,
  readStored,
  sha256,
  writeStored,
  type EntryAddress,
  type Store,
} from '@sensorium/data';
import type { Content } from './files.js';

/** In the cache: what was found out about the content of files, for later runs. */
const MEMO_FILE = 'contents';

/** Files that are remembered; the oldest are forgotten first. */
const LIMIT = 2 ** 18;

/** The memo is a list of these pairs, and the SHA-256 of all of them at its end. */
const STATE_BYTES = 16;
const CONTENT_BYTES = 32;
const ENTRY_BYTES = STATE_BYTES + CONTENT_BYTES;

/**
 * A file that has just been written may be written again without a sign: clocks of file systems have steps of up to 2 s.
 * It is not remembered yet.
 */
const SETTLED_NANOSECONDS = 2_000_000_000n;

/**
 * Hashes of files' contents. Each is remembered beside the file's path, size and times, of which that of the last change
 * cannot be set back; while these stay, the file is not read again. Processes may share the memo: the last one that saves
 * adds what it found to what is there, and a damaged memo counts as none.
 */
export class ContentHashes {
  private readonly found = new Map<string, string>();
  private memo: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(private readonly cache: Store) {}

  /**
   * Of a file, or of one in an archive or a Parquet file, which counts by the times of that. Throws SENSORIUM_NOT_FOUND,
   * SENSORIUM_NO_PERMISSION, SENSORIUM_IO; what `readEntry` throws; the signal's AbortError.
   */
  async of(path: string, signal?: AbortSignal): Promise<Content> {
    this.memo ??= readMemo(this.cache);
    const inside = entryAddress(path);
    const { state, isSettled } = await stateOf(inside ? inside.container : path, inside?.entry);
    const known = (await this.memo).get(state) ?? this.found.get(state);
    const hash = known ?? (inside ? await hashEntry(inside, signal) : await hashFile(path, { signal }));
    if (isSettled) this.found.set(state, hash);
    return { hash, wasRead: known === undefined };
  }

  /** Where the cache cannot be written, later runs have to read the files again. */
  async save(): Promise<void> {
    const known = await this.memo;
    if (!known || [...this.found.keys()].every((state) => known.has(state))) return;
    // Another process may have saved meanwhile.
    const others = [...(await readMemo(this.cache))].filter(([state]) => !this.found.has(state));
    try {
      await writeStored(this.cache, { [MEMO_FILE]: encodeMemo([...others, ...this.found].slice(-LIMIT)) });
    } catch (error) {
      // What is kept in the same cache tells of it.
      if (!SensoriumError.is(error)) throw error;
    }
  }
}

/** All that tells a file from what it was earlier, in a few bytes. */
async function stateOf(path: string, entry: string | undefined): Promise<{ state: string; isSettled: boolean }> {
  const now = BigInt(Date.now()) * 1_000_000n;
  try {
    const status = await stat(path, { bigint: true });
    if (!status.isFile()) throw notAFile(path);
    const { size, mtimeNs, ctimeNs } = status;
    const latest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
    const text = [path, size, mtimeNs, ctimeNs, ...(entry === undefined ? [] : [entry])].join('\n');
    const state = digestOf(text).toString('latin1', 0, STATE_BYTES);
    return { state, isSettled: now - latest > SETTLED_NANOSECONDS };
  } catch (error) {
    throw ioError(error, path);
  }
}

const hashEntry = async ({ container, entry }: EntryAddress, signal?: AbortSignal): Promise<string> =>
  sha256(await readEntry(await disk.open(container), entry, { signal }));

const notAFile = (path: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_IO',
    message: `"${path}" is not a file`,
    hint: 'Name a file in the table.',
    location: { file: path },
  });

async function readMemo(cache: Store): Promise<Map<string, string>> {
  const bytes = Buffer.from((await readStored(cache, MEMO_FILE).catch(() => undefined)) ?? []);
  const size = bytes.length - CONTENT_BYTES;
  const isWhole =
    size >= 0 && size % ENTRY_BYTES === 0 && digestOf(bytes.subarray(0, size)).equals(bytes.subarray(size));
  const entries = new Map<string, string>();
  for (let at = 0; isWhole && at < size; at += ENTRY_BYTES) {
    const content = at + STATE_BYTES;
    entries.set(bytes.toString('latin1', at, content), bytes.toString('hex', content, content + CONTENT_BYTES));
  }
  return entries;
}

function encodeMemo(entries: readonly (readonly [state: string, hash: string])[]): Uint8Array {
  const size = entries.length * ENTRY_BYTES;
  const bytes = Buffer.alloc(size + CONTENT_BYTES);
  for (const [index, [state, hash]] of entries.entries()) {
    bytes.write(state, index * ENTRY_BYTES, 'latin1');
    bytes.write(hash, index * ENTRY_BYTES + STATE_BYTES, 'hex');
  }
  digestOf(bytes.subarray(0, size)).copy(bytes, size);
  return bytes;
}

const digestOf = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

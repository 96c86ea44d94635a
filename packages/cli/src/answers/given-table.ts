import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A table as the command line names it. */
export interface GivenTable {
  readonly path: string;
  /** Where its paths start, where it does not say that itself. */
  readonly base?: string;
  dispose(): Promise<void>;
}

/** The table comes from another program, on stdin. */
const STDIN = '-';

/** A path; or what comes on stdin, which is written to a file first, because a table is read twice. */
export async function givenTable(data: string, signal: AbortSignal): Promise<GivenTable> {
  if (data !== STDIN) return { path: data, dispose: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-stdin-'));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = await copyInput(folder, signal);
    return { path, base: '.', dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** An object at the beginning is JSON Lines; all else is CSV. */
async function copyInput(folder: string, signal: AbortSignal): Promise<string> {
  const { stdin } = process;
  const chunks = stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  const first = await chunks.next();
  const isJson = /^\ufeff?\s*\{/.test(first.value?.toString('utf8') ?? '');
  const path = join(folder, isJson ? 'stdin.jsonl' : 'stdin.csv');
  const all = async function* () {
    for (let chunk = first; !chunk.done; chunk = await chunks.next()) yield chunk.value;
  };
  await pipeline(all, createWriteStream(path), { signal });
  return path;
}

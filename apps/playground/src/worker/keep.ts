import { memoryStore, opfsStore, readStored, writeStored, type Store } from '@sensorium/data';

/** Where this page keeps things, and whether they stay when it is closed. */
export interface Keep {
  readonly store: Store;
  readonly lasts: boolean;
}

const FOLDER = 'playground';
const PROBE = 'probe';

let opened: Promise<Keep> | undefined;

/** The page's private files; memory where the browser has none, as in some private windows. */
export const openKeep = (): Promise<Keep> => (opened ??= open());

async function open(): Promise<Keep> {
  try {
    const store = opfsStore(FOLDER);
    await writeStored(store, { [PROBE]: 'x' });
    await store.remove(PROBE);
    return { store, lasts: true };
  } catch {
    return { store: memoryStore(), lasts: false };
  }
}

export async function readJson<T>(store: Store, file: string): Promise<T | undefined> {
  const bytes = await readStored(store, file);
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as T);
}

/**
 * Where results and caches are kept: a folder, the private files of a page, or memory. Names of files have no slashes. All
 * functions throw SENSORIUM_NO_PERMISSION and SENSORIUM_IO, those that write SENSORIUM_DISK_FULL, too.
 */
export interface Store {
  /** How people find a file in it, or the store itself: a path. */
  path(file?: string): string;
  /** The names of what it holds, but for its lock and for files that are just being written. */
  list(): Promise<string[]>;
  /** Undefined where there is none. */
  open(file: string): Promise<StoredFile | undefined>;
  /** The store itself is made with its first file. Throws SENSORIUM_LOCKED where somebody else has its lock by now. */
  create(file: string): Promise<AtomicFile>;
  /** Gives whether there was a file of this name. */
  rename(file: string, to: string): Promise<boolean>;
  /** Does nothing where there is none. */
  remove(file: string): Promise<void>;
  /** A store within this one. */
  at(name: string): Store;
  /**
   * Keeps out whoever else asks, until it is released or its holder is gone, and removes what a killed holder was just
   * writing. A store that is not there yet is not made for it. Throws SENSORIUM_LOCKED.
   */
  lock(): Promise<Lock>;
}

export interface Lock {
  release(): void;
}

/** A file that is written aside and appears under its name, whole, on `commit`. Until then its old content stays. */
export interface AtomicFile {
  /** Writes all of `data` at a byte position. */
  write(data: Uint8Array, position: number): Promise<void>;
  /** Puts the file under its name, for good. It cannot be written after that. */
  commit(): Promise<void>;
  /** The same, and what it holds: it can be read though somebody removes or replaces it at once. */
  commitAndOpen(): Promise<StoredFile>;
  /** Throws away what was not committed. */
  dispose(): Promise<void>;
}

/** A file that is open for reading. Whoever replaces it does not change what is read here. */
export interface StoredFile {
  readonly size: number;
  /** All of it, where it is in memory anyway. */
  readonly bytes?: Uint8Array;
  /** Fills `target` with the bytes from a position on. Throws SENSORIUM_IO where there are fewer. */
  read(target: Uint8Array, position: number): Promise<void>;
  dispose(): Promise<void>;
}

/** All bytes of a file; undefined where there is none. */
export async function readStored(store: Store, file: string): Promise<Uint8Array | undefined> {
  const stored = await store.open(file);
  if (!stored) return undefined;
  try {
    if (stored.bytes) return stored.bytes;
    const bytes = new Uint8Array(stored.size);
    await stored.read(bytes, 0);
    return bytes;
  } finally {
    await stored.dispose();
  }
}

/**
 * Writes all files (text as UTF-8), or none. All are whole before any gets its name, and where that fails for one, the old ones
 * come back: no half of the new beside half of the old. Whoever kills the process just then finds the old as `<name>.previous`.
 */
export async function writeStored(
  store: Store,
  contents: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const files = new Map<string, AtomicFile>();
  try {
    for (const [name, content] of Object.entries(contents)) {
      const file = await store.create(name);
      files.set(name, file);
      await file.write(typeof content === 'string' ? new TextEncoder().encode(content) : content, 0);
    }
    await commitAll(store, files);
  } finally {
    await Promise.all(Array.from(files.values(), (file) => file.dispose()));
  }
}

const previousOf = (name: string): string => `${name}.previous`;

async function commitAll(store: Store, files: ReadonlyMap<string, AtomicFile>): Promise<void> {
  const [only] = files.values();
  // One file takes the old one's place at once.
  if (only && files.size === 1) return only.commit();
  const [kept, done]: [string[], string[]] = [[], []];
  try {
    for (const [name, file] of files) {
      if (await store.rename(name, previousOf(name))) kept.push(name);
      await file.commit();
      done.push(name);
    }
  } catch (error) {
    for (const name of done) await store.remove(name);
    for (const name of kept) await store.rename(previousOf(name), name);
    throw error;
  }
  for (const name of kept) await store.remove(previousOf(name));
}

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

/** Writes files (text as UTF-8), each whole or not at all. All are whole before any gets its name. */
export async function writeStored(
  store: Store,
  contents: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const files: AtomicFile[] = [];
  try {
    for (const [name, content] of Object.entries(contents)) {
      const file = await store.create(name);
      files.push(file);
      await file.write(typeof content === 'string' ? new TextEncoder().encode(content) : content, 0);
    }
    for (const file of files) await file.commit();
  } finally {
    await Promise.all(files.map((file) => file.dispose()));
  }
}

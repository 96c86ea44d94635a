import { SensoriumError } from '@sensorium/contracts';
import type { AtomicFile, Lock, Store, StoredFile } from './store.js';

/** A store that is gone with the process or page. */
export const memoryStore = (): Store => new MemoryStore('memory');

class MemoryStore implements Store {
  private readonly files = new Map<string, Uint8Array>();
  private readonly stores = new Map<string, MemoryStore>();
  private isLocked = false;

  constructor(private readonly name: string) {}

  path(file?: string): string {
    return file === undefined ? this.name : `${this.name}/${file}`;
  }

  async list(): Promise<string[]> {
    return this.names();
  }

  async open(file: string): Promise<StoredFile | undefined> {
    const bytes = this.files.get(file);
    return bytes && fileOf(bytes);
  }

  async create(file: string): Promise<AtomicFile> {
    const content = new GrowingBytes();
    const commit = (): Uint8Array => {
      const bytes = content.bytes();
      this.files.set(file, bytes);
      return bytes;
    };
    return {
      write: async (data, position) => content.write(data, position),
      commit: async () => void commit(),
      commitAndOpen: async () => fileOf(commit()),
      dispose: async () => undefined,
    };
  }

  async rename(file: string, to: string): Promise<boolean> {
    const bytes = this.files.get(file);
    if (!bytes) return false;
    this.files.set(to, bytes);
    return this.files.delete(file);
  }

  async remove(file: string): Promise<void> {
    this.files.delete(file);
  }

  at(name: string): Store {
    const store = this.stores.get(name) ?? new MemoryStore(this.path(name));
    this.stores.set(name, store);
    return store;
  }

  /** A store within it is there with its first file. */
  private names(): string[] {
    const stores = [...this.stores].flatMap(([name, store]) => (store.names().length > 0 ? [name] : []));
    return [...this.files.keys(), ...stores];
  }

  async lock(): Promise<Lock> {
    if (this.isLocked) {
      throw new SensoriumError({
        code: 'SENSORIUM_LOCKED',
        message: 'another training writes into this store',
        hint: 'Wait for it, stop it, or take another store.',
      });
    }
    this.isLocked = true;
    return { release: () => void (this.isLocked = false) };
  }
}

function fileOf(bytes: Uint8Array): StoredFile {
  const read = async (target: Uint8Array, position: number): Promise<void> => {
    target.set(bytes.subarray(position, position + target.length));
  };
  return { size: bytes.length, bytes, read, dispose: async () => undefined };
}

/** Bytes that are written at any position, in memory that doubles. */
class GrowingBytes {
  private memory = new Uint8Array(1024);
  private length = 0;

  write(data: Uint8Array, position: number): void {
    const end = position + data.length;
    if (end > this.memory.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.memory.length));
      larger.set(this.memory);
      this.memory = larger;
    }
    this.memory.set(data, position);
    this.length = Math.max(this.length, end);
  }

  /** No longer than what was written. */
  bytes(): Uint8Array {
    return this.memory.slice(0, this.length);
  }
}

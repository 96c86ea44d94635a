/// <reference lib="esnext.disposable" preserve="true" />
import { SensoriumError, type Tensors, type TensorSpecs } from '@sensorium/contracts';
import { sha256 } from '../sha256.js';
import type { AtomicFile, Store } from '../store/store.js';
import { encodeTail, openRecords, readRecords, type RecordReader } from './prepared-file.js';
import { crc32 } from './crc32.js';
import { GatheredWrites } from './gathered-writes.js';
import { allocateTensors, encodeRecord, fieldBytes, type RecordLayout, recordLayout } from './record-layout.js';

/** Stands for a sample that has no record; it reads as zeros. */
export const noRecord = 0xffffffff;

export interface PreparedOptions {
  readonly store: Store;
  /** Tells apart what is prepared: the same key must always mean the same records. */
  readonly key: string;
  /** The tensors of one record. */
  readonly specs: TensorSpecs;
}

/**
 * Prepared tensors on disk, one record of fixed size a source. It is filled once (`put`, then `finish`) and read many
 * times, by later runs too. Functions throw SENSORIUM_DISPOSED after `dispose`.
 */
export interface PreparedStore {
  /** Whether all records are there: an earlier run finished it, or `finish` was called. */
  readonly finished: boolean;
  /** Records that are there. */
  readonly count: number;
  has(index: number): boolean;
  /**
   * Keeps one record: for each spec a tensor of its type and size, with or without a leading dimension of 1. Records may
   * come in any order, and at once. Throws SENSORIUM_SHAPE, SENSORIUM_DTYPE, SENSORIUM_DISK_FULL or SENSORIUM_IO.
   */
  put(index: number, tensors: Tensors): Promise<void>;
  /** Makes the store readable and durable. Records must be numbered without gaps from 0. */
  finish(): Promise<void>;
  /**
   * Gathers records as tensors [indices.length, …]; `noRecord` gives zeros. Writes into `into` if given (it must have
   * just that size), else allocates.
   */
  read(indices: Uint32Array, into?: Tensors): Promise<Tensors>;
  /** Closes the file; what was not finished is thrown away. */
  dispose(): Promise<void>;
  /** Closes it, and removes it: for what no later run may use. */
  remove(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens the store of a key: finished, if an earlier run filled it and every record is intact; otherwise empty.
 * Throws SENSORIUM_NO_PERMISSION, SENSORIUM_DISK_FULL or SENSORIUM_IO.
 */
export async function openPrepared({ store, key, specs }: PreparedOptions): Promise<PreparedStore> {
  const identity = await identityOf(key, specs);
  const file: StoreFile = { store, name: fileOf(identity), identity, layout: recordLayout(specs) };
  const reader = await openRecords(store, file.name, identity, file.layout.bytes);
  return new RecordStore(file, reader ?? filling(await store.create(file.name)));
}

/** Removes the store of a key, if there is one. Throws SENSORIUM_NO_PERMISSION or SENSORIUM_IO. */
export const removePrepared = async ({ store, key, specs }: PreparedOptions): Promise<void> =>
  store.remove(fileOf(await identityOf(key, specs)));

const identityOf = (key: string, specs: TensorSpecs): Promise<string> => sha256(JSON.stringify([key, specs]));
const fileOf = (identity: string): string => `${identity}.prepared`;

const filling = (file: AtomicFile): Filling => ({ file, writes: new GatheredWrites(file), checksums: [] });

interface StoreFile {
  readonly store: Store;
  readonly name: string;
  readonly identity: string;
  readonly layout: RecordLayout;
}

/** A file that is being filled. */
interface Filling {
  readonly file: AtomicFile;
  readonly writes: GatheredWrites;
  /** Of the records that were put, by their index. */
  readonly checksums: number[];
}

class RecordStore implements PreparedStore {
  readonly #file: StoreFile;
  #state: Filling | RecordReader | undefined;

  constructor(file: StoreFile, state: Filling | RecordReader) {
    this.#file = file;
    this.#state = state;
  }

  get finished(): boolean {
    return 'read' in this.#open();
  }

  get count(): number {
    const state = this.#open();
    return 'read' in state ? state.count : Object.keys(state.checksums).length;
  }

  has(index: number): boolean {
    const state = this.#open();
    return 'read' in state ? index >= 0 && index < state.count : state.checksums[index] !== undefined;
  }

  async put(index: number, tensors: Tensors): Promise<void> {
    const { layout } = this.#file;
    const { writes, checksums } = this.#filling();
    const record = encodeRecord(layout, tensors);
    await writes.write(record, index * layout.bytes);
    checksums[index] = crc32(record);
  }

  async finish(): Promise<void> {
    const { file, writes, checksums } = this.#filling();
    const { store, name, identity, layout } = this.#file;
    const gap = checksums.findIndex((checksum) => checksum === undefined);
    if (gap >= 0) throw new Error(`the store cannot be finished: record ${gap} was not put`);
    await writes.write(encodeTail(identity, checksums), checksums.length * layout.bytes);
    await writes.flush();
    // Not opened by its name: another process may have removed it by now, because a cache may be emptied at any time.
    const reader = await readRecords(await file.commitAndOpen(), identity, layout.bytes);
    if (!reader) throw notAsWritten(store.path(name));
    this.#state = reader;
  }

  async read(indices: Uint32Array, into?: Tensors): Promise<Tensors> {
    const reader = this.#reader();
    const { layout } = this.#file;
    const tensors = into ?? allocateTensors(layout, indices.length);
    const pending: Promise<void>[] = [];
    for (const field of layout.fields) {
      const target = fieldBytes(tensors, field, indices.length);
      for (const [sample, index] of indices.entries()) {
        const part = target.subarray(sample * field.bytes, (sample + 1) * field.bytes);
        const reading = readField(reader, index, field.offset, part);
        if (reading) pending.push(reading);
      }
    }
    await Promise.all(pending);
    return tensors;
  }

  async dispose(): Promise<void> {
    const state = this.#state;
    this.#state = undefined;
    if (state) await ('file' in state ? state.file : state).dispose();
  }

  async remove(): Promise<void> {
    await this.dispose();
    await this.#file.store.remove(this.#file.name);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #open(): Filling | RecordReader {
    if (this.#state) return this.#state;
    throw new SensoriumError({ code: 'SENSORIUM_DISPOSED', message: 'the store of prepared tensors was disposed' });
  }

  #filling(): Filling {
    const state = this.#open();
    if ('file' in state) return state;
    throw new Error('the store of prepared tensors is finished; nothing more can be put into it');
  }

  #reader(): RecordReader {
    const state = this.#open();
    if ('read' in state) return state;
    throw new Error('the store of prepared tensors must be finished before it can be read');
  }
}

function readField(reader: RecordReader, index: number, offset: number, target: Uint8Array): Promise<void> | void {
  if (index === noRecord) {
    target.fill(0);
    return;
  }
  if (index >= reader.count) throw new RangeError(`there is no record ${index}; the store has ${reader.count}`);
  return reader.read(index, offset, target);
}

const notAsWritten = (path: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_IO',
    message: `"${path}" does not hold what was written`,
    hint: 'Check the disk.',
    location: { file: path },
  });

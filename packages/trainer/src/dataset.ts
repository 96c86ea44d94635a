import { join } from 'node:path';
import { SensoriumError, type Random, type Tensor, type Tensors } from '@sensorium/contracts';
import {
  cacheDirectory,
  hashBytes,
  noRecord,
  openPrepared,
  prepareAll,
  type PreparedStore,
  type Row,
  type Table,
} from '@sensorium/data';
import { emptyTensor, gatherRows, row as rowOf, stack } from '@sensorium/graph';
import {
  mapRecord,
  mayBeMissing,
  presentName,
  tensorName,
  type InputPart,
  type Parts,
  type Platform,
} from '@sensorium/orchestrator';
import { timed, type OnProgress } from './progress.js';
import { decodeCell, fingerprint } from './source.js';

export interface DatasetOptions {
  readonly table: Table;
  readonly parts: Parts;
  readonly platform: Platform;
  /** Package → version: prepared tensors are kept as long as these and the options stay. */
  readonly versions: Readonly<Record<string, string>>;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

interface PreparedInput {
  readonly part: InputPart;
  readonly store: PreparedStore;
  /** The record of each row. */
  readonly records: Uint32Array;
}

/** A table with every sample prepared: what the engine reads. */
export class Dataset {
  private constructor(
    readonly table: Table,
    private readonly inputs: Readonly<Record<string, PreparedInput>>,
    private readonly allTargets: Readonly<Record<string, Tensors>>,
  ) {}

  /** Prepares what an earlier run did not. Throws the first bad cell's error, with file and row. */
  static async open(options: DatasetOptions): Promise<Dataset> {
    const { table, parts } = options;
    const targets = mapRecord(parts.heads, ({ head, column }) =>
      stack(table.rows.map((row) => located(table, row, column, () => head.target(requiredCell(row, column))))),
    );
    const inputs: Record<string, PreparedInput> = {};
    try {
      for (const [name, part] of Object.entries(parts.inputs)) inputs[name] = await prepareInput(name, part, options);
    } catch (error) {
      await Promise.all(Object.values(inputs).map(({ store }) => store.dispose()));
      throw error;
    }
    return new Dataset(table, inputs, targets);
  }

  get size(): number {
    return this.table.rows.length;
  }

  /** Of the prepared inputs. */
  get bytesPerSample(): number {
    const specs = Object.values(this.inputs).flatMap(({ part }) => Object.values(part.encoder.inputs));
    return specs.reduce((sum, spec) => sum + emptyTensor(spec, 1).data.byteLength, 0);
  }

  /** The model's inputs for some rows, [n,…] each. */
  async read(rows: Uint32Array): Promise<Record<string, Tensor>> {
    return this.gather(rows, () => true);
  }

  /** The same with random changes, and with inputs left out at their rate. `randomOf` gives each sample its own stream. */
  async readAugmented(rows: Uint32Array, randomOf: (position: number) => Random): Promise<Record<string, Tensor>> {
    const streams = Array.from(rows, (_, position) => randomOf(position));
    const kept = (name: string, position: number): boolean => {
      const rate = this.inputs[name]?.part.settings.modalityDropout ?? 0;
      return rate === 0 || (streams[position]?.fork(`drop/${name}`).uniform() ?? 1) >= rate;
    };
    return this.gather(rows, kept, streams);
  }

  targets(rows: Uint32Array): Record<string, Record<string, Tensor>> {
    return mapRecord(this.allTargets, (tensors) => gatherRows(tensors, rows));
  }

  async dispose(): Promise<void> {
    await Promise.all(Object.values(this.inputs).map(({ store }) => store.dispose()));
  }

  private async gather(
    rows: Uint32Array,
    kept: (name: string, position: number) => boolean,
    streams?: readonly Random[],
  ): Promise<Record<string, Tensor>> {
    const all: Record<string, Tensor> = {};
    for (const [name, { part, store, records }] of Object.entries(this.inputs)) {
      const wanted = rows.map((row, position) => (kept(name, position) ? (records[row] ?? noRecord) : noRecord));
      const read = await store.read(wanted);
      const tensors = streams && part.encoder.augment ? augmentAll(part, name, read, streams) : read;
      for (const [tensor, value] of Object.entries(tensors)) all[tensorName(name, tensor, part)] = value;
      if (mayBeMissing(part)) all[presentName(name)] = flags(wanted);
    }
    return all;
  }
}

function augmentAll({ encoder }: InputPart, name: string, tensors: Tensors, streams: readonly Random[]): Tensors {
  return stack(streams.map((random, index) => encoder.augment?.(rowOf(tensors, index), random.fork(name)) ?? {}));
}

function flags(records: Uint32Array): Tensor {
  const data = Float32Array.from(records, (record) => Number(record !== noRecord));
  return { dtype: 'float32', shape: [records.length, 1], data };
}

async function prepareInput(name: string, part: InputPart, options: DatasetOptions): Promise<PreparedInput> {
  const { table, platform, onProgress, signal } = options;
  const { column, missing } = part.settings;
  if (missing === 'error') table.rows.forEach((row) => located(table, row, column, () => requiredCell(row, column)));
  const store = await openPrepared({
    directory: join(cacheDirectory(), 'prepared'),
    key: await contentKey(part, options),
    specs: part.encoder.inputs,
  });
  const report = timed(onProgress);
  try {
    const records = await prepareAll({
      table,
      column,
      store,
      prepare: async (cell) => part.encoder.prepare(await decodeCell(cell, part, table, platform)),
      progress: ({ done, total }) => report({ phase: 'prepare', subject: name, done, total }),
      signal,
    });
    return { part, store, records };
  } catch (error) {
    await store.dispose();
    throw error;
  }
}

/** The same key means the same tensors: same encoder, same options, same sources in the same order. */
async function contentKey({ settings, modality }: InputPart, { table, versions }: DatasetOptions): Promise<string> {
  const { encoder, column, options } = settings;
  const cells = new Map<string, Row>();
  for (const row of table.rows) {
    const cell = row.values[column] ?? null;
    if (cell !== null && !cells.has(cell)) cells.set(cell, row);
  }
  const prints = await Promise.all(
    Array.from(cells, ([cell, row]) =>
      fingerprint(cell, modality, table).catch((error: unknown) => {
        throw SensoriumError.at(error, { file: table.path, row: row.number, key: column });
      }),
    ),
  );
  return hashBytes(JSON.stringify([encoder, versions[encoder], options, prints]));
}

function requiredCell(row: Row, column: string): string {
  const cell = row.values[column] ?? null;
  if (cell !== null) return cell;
  throw new SensoriumError({
    code: 'SENSORIUM_MISSING_INPUT',
    message: `the column "${column}" is empty`,
    hint: 'Fill the cell or remove the row; an input may also be missing with "missing: skip" or "missing: learned".',
  });
}

function located<T>(table: Table, row: Row, key: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw SensoriumError.at(error, { file: table.path, row: row.number, line: row.line, key });
  }
}

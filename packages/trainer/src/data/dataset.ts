import type { Random, Tensor } from '@sensorium/contracts';
import { noRecord, sha256 } from '@sensorium/data';
import { emptyTensor } from '@sensorium/tensors';
import { allMissingAt, rowsWithoutInputs } from './check-cells.js';
import type { DataColumn } from './data-column.js';
import type { OpenTable } from './open-table.js';
import type { LeftOut } from './skipped.js';
import { PreparedColumn, type PrepareColumnOptions } from './prepared-column.js';

/** Some rows of a dataset. */
export interface Samples {
  readonly dataset: Dataset;
  readonly rows: Uint32Array;
}

export interface Reading {
  /** The keys of the columns that are read: `inputs.image`. Default all. */
  readonly only?: ReadonlySet<string>;
  /** In training, where samples are varied and inputs left out: each sample's stream, by its position. */
  readonly randomOf?: (position: number) => Random;
}

/** A table with all of its columns prepared. */
export class Dataset {
  private constructor(
    readonly table: OpenTable,
    private readonly columns: readonly PreparedColumn[],
    /** Rows of which no input can be read. */
    private readonly withoutInputs: LeftOut,
  ) {}

  /** Prepares what an earlier run did not, in order. Throws the first bad cell's error, with file and row. */
  static async open(table: OpenTable, columns: readonly DataColumn[], options: PrepareColumnOptions): Promise<Dataset> {
    const opened: PreparedColumn[] = [];
    try {
      for (const column of columns) opened.push(await PreparedColumn.open(column, table, options));
      const withoutInputs = lackingInputs(table, opened);
      const [error] = withoutInputs.values();
      if (error && table.onError !== 'skip') throw error;
      return new Dataset(table, opened, withoutInputs);
    } catch (error) {
      await Promise.all(opened.map((column) => column.dispose()));
      throw error;
    }
  }

  /** All rows that can be read. */
  get everything(): Samples {
    return this.samples(Uint32Array.from(this.table.table.rows.keys()));
  }

  /** Those of some rows that can be read. */
  samples(rows: Uint32Array): Samples {
    const leftOut = this.leftOut;
    return { dataset: this, rows: leftOut.size === 0 ? rows : rows.filter((row) => !leftOut.has(row)) };
  }

  /** Rows that cannot be read, with the first error of each. */
  get leftOut(): LeftOut {
    const ofColumns = this.columns.toReversed().flatMap(({ leftOut }) => [...leftOut]);
    return new Map([...this.withoutInputs, ...ofColumns]);
  }

  /** By the column's key, how many files are not there whose input may be missing. */
  get absent(): ReadonlyMap<string, number> {
    return new Map(this.columns.flatMap(({ column, absent }) => (absent > 0 ? [[column.key, absent] as const] : [])));
  }

  /** Another content, or another way to prepare it, has another key. */
  async key(): Promise<string> {
    const columns = this.columns.map(async ({ column, key, records }) => [column.key, key, await hashOf(records)]);
    return sha256(JSON.stringify(await Promise.all(columns)));
  }

  /** What decides the prepared tensors of some columns, and whether that is still true of the next run. */
  identityOf(keys: readonly string[]): { keys: readonly string[]; isLasting: boolean } {
    const columns = this.chosen(new Set(keys));
    return { keys: columns.map(({ key }) => key), isLasting: columns.every(({ column }) => column.isLasting) };
  }

  /** The records of some columns that a row has: rows with the same records have the same tensors. */
  recordsOf(keys: readonly string[], row: number): number[] {
    return this.chosen(new Set(keys)).map(({ records }) => recordOf(records, row));
  }

  /** Of what the graph is fed of one sample. */
  bytesPerSample(only?: ReadonlySet<string>): number {
    const specs = this.chosen(only).flatMap(({ fed }) => Object.values(fed));
    return specs.reduce((sum, spec) => sum + emptyTensor(spec, 1).data.byteLength, 0);
  }

  /** What the graph is fed of some rows, [n,…] each, by the names of its inputs. */
  async read(rows: Uint32Array, { only, randomOf }: Reading = {}): Promise<Record<string, Tensor>> {
    const all = await Promise.all(this.chosen(only).map((column) => readColumn(column, rows, randomOf)));
    return Object.assign({}, ...all) as Record<string, Tensor>;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.columns.map((column) => column.dispose()));
  }

  private chosen(only?: ReadonlySet<string>): readonly PreparedColumn[] {
    return only ? this.columns.filter(({ column }) => only.has(column.key)) : this.columns;
  }
}

function lackingInputs(table: OpenTable, columns: readonly PreparedColumn[]): LeftOut {
  const prepared = columns.filter(({ column }) => !column.isTarget);
  const inputs = prepared.map(({ column }) => column);
  const rows = rowsWithoutInputs(prepared.map(({ records }) => records));
  return new Map(rows.map((row) => [row, allMissingAt(table, inputs, row)]));
}

async function readColumn(
  prepared: PreparedColumn,
  rows: Uint32Array,
  randomOf: Reading['randomOf'],
): Promise<Record<string, Tensor>> {
  const { column } = prepared;
  const records = rows.map((row) => recordOf(prepared.records, row));
  if (randomOf) leaveOut(records, column, randomOf);
  const streamsOf = (random: Random) => ({ own: random.fork(column.key), row: random.fork('row') });
  const tensors = await prepared.read(records, randomOf ? (position) => streamsOf(randomOf(position)) : null);
  const named = Object.entries(tensors).map(([name, tensor]) => [column.tensorName(name), tensor] as const);
  const present = column.presentName === null ? [] : [[column.presentName, presence(records)] as const];
  return Object.fromEntries([...named, ...present]);
}

function recordOf(records: Uint32Array, row: number): number {
  const record = records[row];
  if (record === undefined) throw new RangeError(`there is no row ${row}; the table has ${records.length}`);
  return record;
}

/** Modality dropout: some samples lose the input. */
function leaveOut(records: Uint32Array, { dropout, name }: DataColumn, randomOf: (position: number) => Random): void {
  if (dropout === 0) return;
  for (const position of records.keys()) {
    if (randomOf(position).fork(`drop/${name}`).uniform() < dropout) records[position] = noRecord;
  }
}

/** [n,1], 1 where there is a record. */
function presence(records: Uint32Array): Tensor {
  const data = Float32Array.from(records, (record) => Number(record !== noRecord));
  return { dtype: 'float32', shape: [records.length, 1], data };
}

const hashOf = ({ buffer, byteOffset, byteLength }: Uint32Array): Promise<string> =>
  sha256(new Uint8Array(buffer, byteOffset, byteLength));

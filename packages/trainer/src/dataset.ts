import { SensoriumError, type Random, type Tensor, type Tensors } from '@sensorium/contracts';
import { hashBytes, noRecord, type PreparedStore, type Table } from '@sensorium/data';
import { emptyTensor, gatherRows, row as rowOf } from '@sensorium/tensors';
import { mapRecord, mayBeMissing, presentName, tensorName, type InputPart, type Parts } from '@sensorium/orchestrator';
import { prepareInput, type PreparedInput, type PrepareInputOptions } from './prepare-input.js';
import type { LabelledTable } from './table.js';

export interface DatasetOptions extends Omit<PrepareInputOptions, 'table'> {
  readonly labelled: LabelledTable;
  readonly parts: Parts;
}

/** Some rows of a dataset. */
export interface Samples {
  readonly dataset: Dataset;
  readonly rows: Uint32Array;
}

/** A table with every sample prepared: what the engine reads. */
export class Dataset {
  private constructor(
    private readonly labelled: LabelledTable,
    private readonly inputs: Readonly<Record<string, PreparedInput>>,
  ) {}

  /** Prepares what an earlier run did not. Throws the first bad cell's error, with file and row. */
  static async open({ labelled, parts, ...options }: DatasetOptions): Promise<Dataset> {
    const inputs: Record<string, PreparedInput> = {};
    const dataset = new Dataset(labelled, inputs);
    try {
      for (const [name, part] of Object.entries(parts.inputs)) {
        inputs[name] = await prepareInput(name, part, { ...options, table: labelled.table });
      }
      return dataset;
    } catch (error) {
      await dataset.dispose();
      throw error;
    }
  }

  get table(): Table {
    return this.labelled.table;
  }

  get everything(): Samples {
    return { dataset: this, rows: Uint32Array.from(this.table.rows.keys()) };
  }

  /** Another content has another key. */
  get key(): string {
    return hashBytes(JSON.stringify([this.labelled.hash, mapRecord(this.inputs, ({ key }) => key)]));
  }

  /** What decides the prepared tensors of some inputs, and whether that is still true of the next run. */
  identityOf(names: readonly string[]): { keys: readonly string[]; lasting: boolean } {
    const inputs = names.flatMap((name) => this.inputs[name] ?? []);
    return { keys: inputs.map(({ key }) => key), lasting: inputs.every(({ lasting }) => lasting) };
  }

  /** The records of some inputs that a row has: rows with the same records have the same tensors. */
  recordsOf(names: readonly string[], row: number): number[] {
    return names.map((name) => this.inputs[name]?.records[row] ?? noRecord);
  }

  /** Of the prepared tensors of one sample, of all inputs or those in `only`. */
  bytesPerSample(only?: ReadonlySet<string>): number {
    const specs = this.chosen(only).flatMap(([, { part }]) => Object.values(part.encoder.inputs));
    return specs.reduce((sum, spec) => sum + emptyTensor(spec, 1).data.byteLength, 0);
  }

  /** The model's inputs for some rows, [n,…] each: all, or those of the inputs in `only`. */
  read(rows: Uint32Array, only?: ReadonlySet<string>): Promise<Record<string, Tensor>> {
    return this.gather(rows, { only });
  }

  /** The same with random changes, and with inputs left out at their rate. `randomOf` gives each sample its own stream. */
  readAugmented(
    rows: Uint32Array,
    randomOf: (position: number) => Random,
    only?: ReadonlySet<string>,
  ): Promise<Record<string, Tensor>> {
    return this.gather(rows, { only, streams: Array.from(rows, (_, position) => randomOf(position)) });
  }

  targets(rows: Uint32Array): Record<string, Record<string, Tensor>> {
    return mapRecord(this.labelled.targets, (tensors) => gatherRows(tensors, rows));
  }

  async dispose(): Promise<void> {
    await Promise.all(Object.values(this.inputs).map((input) => input.dispose()));
  }

  private chosen(only?: ReadonlySet<string>): [string, PreparedInput][] {
    return Object.entries(this.inputs).filter(([name]) => !only || only.has(name));
  }

  private async gather(
    rows: Uint32Array,
    { only, streams }: { only?: ReadonlySet<string>; streams?: readonly Random[] },
  ): Promise<Record<string, Tensor>> {
    const all: Record<string, Tensor> = {};
    for (const [name, { part, store, records }] of this.chosen(only)) {
      const wanted = rows.map((row) => records[row] ?? noRecord);
      if (streams) leaveOut(wanted, name, part, streams);
      const tensors = await readRecords(name, part, store, wanted, streams);
      for (const [tensor, value] of Object.entries(tensors)) all[tensorName(name, tensor, part)] = value;
      if (mayBeMissing(part)) all[presentName(name)] = presence(wanted);
    }
    return all;
  }
}

/** Modality dropout: some samples lose the input. */
function leaveOut(records: Uint32Array, name: string, { settings }: InputPart, streams: readonly Random[]): void {
  const rate = settings.modalityDropout;
  if (rate === 0) return;
  for (const [position, stream] of streams.entries()) {
    if (stream.fork(`drop/${name}`).uniform() < rate) records[position] = noRecord;
  }
}

async function readRecords(
  name: string,
  { encoder }: InputPart,
  store: PreparedStore,
  records: Uint32Array,
  streams: readonly Random[] | undefined,
): Promise<Tensors> {
  const tensors = await store.read(records);
  if (!streams || !encoder.augment) return tensors;
  for (const [index, stream] of streams.entries()) {
    const sample = rowOf(tensors, index);
    replace(sample, encoder.augment(sample, stream.fork(name)), name);
  }
  return tensors;
}

/** Writes a variant of a sample over it. Another size would shift its neighbours' numbers in the batch. */
function replace(sample: Tensors, variant: Tensors, input: string): void {
  for (const [name, { dtype, data }] of Object.entries(sample)) {
    const changed = variant[name];
    if (changed?.dtype !== dtype || changed.data.length !== data.length) {
      throw new SensoriumError({
        code: 'SENSORIUM_SHAPE',
        message: `the encoder of "${input}" made another type or size of "${name}" when it augmented a sample`,
        hint: 'This is an error of the plugin.',
        location: { key: `inputs.${input}` },
      });
    }
    // Both have the same element type, which TypeScript cannot see through the union.
    (data as Float32Array).set(changed.data as Float32Array);
  }
}

/** [n,1], 1 where there is a record. */
function presence(records: Uint32Array): Tensor {
  const data = Float32Array.from(records, (record) => Number(record !== noRecord));
  return { dtype: 'float32', shape: [records.length, 1], data };
}

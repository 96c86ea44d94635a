import { SensoriumError, type SampleRandom, type Tensor, type Tensors, type TensorSpecs } from '@sensorium/contracts';
import { noRecord, type PreparedStore } from '@sensorium/data';
import { fedSpecs } from '@sensorium/orchestrator';
import { emptyTensor, row as rowOf } from '@sensorium/tensors';
import { timed } from '../progress.js';
import type { Cache } from './cache.js';
import type { Cell } from './cell.js';
import { contentKey, type ContentKeyOptions } from './content-key.js';
import type { DataColumn } from './data-column.js';
import { fillColumn } from './fill-column.js';
import { LenientColumn, withoutFate } from './lenient-column.js';
import { prepareCell } from './read-cell.js';
import type { OpenTable } from './open-table.js';
import type { LeftOut } from './skipped.js';

export interface PrepareColumnOptions extends ContentKeyOptions {
  /** Where prepared tensors are kept. */
  readonly cache: Cache;
}

/** A column of all rows of a table, as tensors: what the engine is fed. */
export class PreparedColumn {
  private constructor(
    readonly column: DataColumn,
    /** Another preparation, or other content of the cells, has another key. */
    readonly key: string,
    private readonly store: PreparedStore,
    /** [rows]: the record of each, or `noRecord`. */
    readonly records: Uint32Array,
    /** Rows whose file is not there, where the input may be missing. */
    readonly absent: number,
    /** Rows whose value cannot be read. */
    readonly leftOut: LeftOut,
  ) {}

  /** Prepares what an earlier run did not. Throws the first bad cell's error, with file and row. */
  static async open(column: DataColumn, table: OpenTable, options: PrepareColumnOptions): Promise<PreparedColumn> {
    const { cache, onProgress, signal } = options;
    const { cells, positions } = await table.values(column);
    const { key, hashes } = await contentKey(column, table, options);
    // The code of a plugin without version may have changed by the next run without a sign.
    const own = column.isLasting ? key : `${key}/${crypto.randomUUID()}`;
    const report = timed(onProgress);
    const lenient = new LenientColumn(column, table);
    const prepare = (cell: Cell): Promise<Tensors> => prepareCell(cell, column, table, signal, hashes);
    const store = await fillColumn({
      cache,
      folder: 'prepared',
      key: own,
      specs: lenient.specs,
      cells,
      prepare: lenient.preparing(prepare),
      progress: (done) => report({ phase: 'prepare', subject: column.name, done, total: cells.length }),
      isLasting: column.isLasting,
      signal,
    });
    try {
      const { records, absent, leftOut } = await lenient.judge(store, cells, positions, prepare);
      return new PreparedColumn(column, key, store, records, absent, leftOut);
    } catch (error) {
      await store.dispose();
      throw error;
    }
  }

  /** What the graph is fed of one sample, without the batch dimension. */
  get fed(): TensorSpecs {
    return fedSpecs(this.column.spec);
  }

  /**
   * What the graph is fed of some records, [n,…] each; zeros for `noRecord`.
   *
   * @param randomOf in training: the streams of each sample, by its position among the records
   */
  async read(records: Uint32Array, randomOf: ((position: number) => SampleRandom) | null): Promise<Tensors> {
    const kept = withoutFate(await this.store.read(records));
    const { view } = this.column.spec;
    if (!view) return kept;
    const fed = Object.fromEntries(
      Object.entries(view.fed).map(([name, spec]) => [name, emptyTensor(spec, records.length)] as const),
    );
    for (const [position, record] of records.entries()) {
      if (record === noRecord) continue;
      const drawn = view.draw(rowOf(kept, position), randomOf && randomOf(position));
      this.write(drawn, rowOf(fed, position));
    }
    return fed;
  }

  async dispose(): Promise<void> {
    await (this.column.isLasting ? this.store.dispose() : this.store.remove());
  }

  /** Writes one sample into its place in a batch. Another size would shift its neighbours' numbers. */
  private write(drawn: Tensors, place: Readonly<Record<string, Tensor>>): void {
    for (const [name, { dtype, data }] of Object.entries(place)) {
      const tensor = drawn[name];
      if (tensor?.dtype !== dtype || tensor.data.length !== data.length) throw this.wrongView(name);
      // Both have the same element type, which TypeScript cannot see through the union.
      (data as Float32Array).set(tensor.data as Float32Array);
    }
  }

  private wrongView(name: string): SensoriumError {
    const { key, modality } = this.column;
    return new SensoriumError({
      code: 'SENSORIUM_SHAPE',
      message: `the view of ${key} drew another type or size of "${name}" from a value of kind ${modality.name} than it declares`,
      hint: 'This is an error of the plugin.',
      location: { key },
    });
  }
}

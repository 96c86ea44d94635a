import { required, SensoriumError, type Tensors, type TensorSpecs } from '@sensorium/contracts';
import { noRecord, type PreparedStore } from '@sensorium/data';
import { emptyTensor } from '@sensorium/tensors';
import type { Cell } from './cell.js';
import { missingAt } from './check-cells.js';
import type { DataColumn } from './data-column.js';
import { fateOf, fates, isLenient } from './fate.js';
import type { OpenTable } from './open-table.js';
import type { LeftOut } from './skipped.js';

/** The tensor that stands beside those of a value, and says whether it could be read. No plugin has one of this name. */
const FATE = '#fate';

/** Records that are looked at together. */
const BLOCK = 1024;

type Prepare = (cell: Cell) => Promise<Tensors>;

export interface Judged {
  /** [rows]: the record of each, or `noRecord`. */
  readonly records: Uint32Array;
  readonly absent: number;
  readonly leftOut: LeftOut;
}

/** A column of which some values may be unreadable. What became of each is kept with its tensors, so that later runs know it. */
export class LenientColumn {
  /** The errors that this run has met, by the cell. */
  private readonly met = new Map<Cell, SensoriumError>();
  private readonly isLenient: boolean;

  constructor(
    private readonly column: DataColumn,
    private readonly table: OpenTable,
  ) {
    this.isLenient = isLenient(column, table);
  }

  get specs(): TensorSpecs {
    const { kept } = this.column.spec;
    return this.isLenient ? { ...kept, [FATE]: { dtype: 'uint8', shape: [] } } : kept;
  }

  /** Zeros stand in for what cannot be read. */
  preparing(prepare: Prepare): Prepare {
    if (!this.isLenient) return prepare;
    return async (cell) => {
      try {
        return { ...(await prepare(cell)), [FATE]: fateTensor(fates.read) };
      } catch (error) {
        const fate = fateOf(error, this.column, this.table);
        if (fate === undefined || !SensoriumError.is(error)) throw error;
        this.met.set(cell, error);
        const { kept } = this.column.spec;
        const zeros = Object.entries(kept).map(([name, spec]) => [name, emptyTensor(spec, 1)] as const);
        return { ...Object.fromEntries(zeros), [FATE]: fateTensor(fate) };
      }
    };
  }

  /** Throws the error of the first value that an earlier run left out, where this one may not. */
  async judge(store: PreparedStore, cells: readonly Cell[], positions: Uint32Array, prepare: Prepare): Promise<Judged> {
    const leftOut = new Map<number, SensoriumError>();
    const found = this.isLenient ? await fatesIn(store) : new Uint8Array(store.count);
    const errors = await this.errorsOf(found, cells, prepare);
    let absent = 0;
    const records = positions.map((position, row) => {
      if (position === noRecord) return noRecord;
      const error = errors.get(position);
      if (error) leftOut.set(row, error);
      if (found[position] === fates.absent) absent++;
      return found[position] === fates.read ? position : noRecord;
    });
    if (this.table.onError === 'skip') this.leaveEmptyOut(positions, leftOut);
    return { records, absent, leftOut };
  }

  /** By the position of the cell. What an earlier run met is tried again: its words were not kept. */
  private async errorsOf(
    found: Uint8Array,
    cells: readonly Cell[],
    prepare: Prepare,
  ): Promise<Map<number, SensoriumError>> {
    const errors = new Map<number, SensoriumError>();
    for (const [position, fate] of found.entries()) {
      if (fate !== fates.unreadable) continue;
      const cell = required(cells[position], `value ${position}`);
      const error = this.met.get(cell) ?? (await errorOf(prepare(cell)));
      if (this.table.onError === 'error') throw error;
      errors.set(position, error);
    }
    return errors;
  }

  private leaveEmptyOut(positions: Uint32Array, leftOut: Map<number, SensoriumError>): void {
    if (this.column.presentName !== null) return;
    for (const [row, position] of positions.entries()) {
      if (position !== noRecord) continue;
      leftOut.set(row, missingAt(this.table, this.column, required(this.table.table.rows[row], `row ${row + 1}`)));
    }
  }
}

const fateTensor = (fate: number): Tensors[string] => ({ dtype: 'uint8', shape: [1], data: Uint8Array.of(fate) });

async function fatesIn(store: PreparedStore): Promise<Uint8Array> {
  const found = new Uint8Array(store.count);
  for (let first = 0; first < found.length; first += BLOCK) {
    const count = Math.min(BLOCK, found.length - first);
    const tensors = await store.read(Uint32Array.from({ length: count }, (_, index) => first + index));
    found.set(required(tensors[FATE], FATE).data as Uint8Array, first);
  }
  return found;
}

/** What a value throws that could not be read before. */
async function errorOf(work: Promise<Tensors>): Promise<SensoriumError> {
  try {
    await work;
  } catch (error) {
    if (SensoriumError.is(error)) return error;
    throw error;
  }
  return new SensoriumError({
    code: 'SENSORIUM_TIMEOUT',
    message: 'it could not be read when it was prepared, and can be read now',
    hint: 'Empty the cache to prepare it again.',
  });
}

/** The tensors of values alone. */
export function withoutFate(tensors: Tensors): Tensors {
  const { [FATE]: _, ...own } = tensors;
  return own;
}

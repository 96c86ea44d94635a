import { required, type Random, type Tensor, type Tensors } from '@sensorium/contracts';
import { noRecord } from '@sensorium/data';
import { fedSpecs, mapRecord } from '@sensorium/orchestrator';
import { gatherRows, row as rowOf } from '@sensorium/tensors';
import { atCell, type Cell } from '../data/cell.js';
import type { DataColumn } from '../data/data-column.js';
import type { OpenTable } from '../data/open-table.js';
import { readCell } from '../data/read-cell.js';

/** Files that are read at once. */
const BLOCK = 8;

/** A sample of a batch whose value can be disturbed. */
interface Decoded {
  /** Its position in the batch. */
  readonly position: number;
  readonly cell: Cell;
  readonly value: unknown;
  /** Names the stream of its noise. */
  readonly stream: string;
}

export interface BatchOfColumn {
  readonly column: DataColumn;
  readonly table: OpenTable;
  /** In the order of the batch. */
  readonly rows: Uint32Array;
  /** What the model is fed of the batch as it is. */
  readonly inputs: Tensors;
  readonly random: Random;
  readonly signal: AbortSignal | undefined;
}

/** One input of a batch: each value is decoded once, and disturbed at every level. */
export class DisturbedColumn {
  private constructor(
    private readonly batch: BatchOfColumn,
    private readonly samples: readonly Decoded[],
  ) {}

  /** Throws what decoding throws, with file and row, and the signal's reason. */
  static async decode(batch: BatchOfColumn): Promise<DisturbedColumn> {
    const { column, table, rows, inputs, signal } = batch;
    const { cells, positions } = await table.values(column);
    const flags = column.presentName === null ? undefined : required(inputs[column.presentName], column.presentName);
    const there = [...rows].flatMap((row, position) => {
      const at = required(positions[row], `the value of row ${row}`);
      return at === noRecord || flags?.data[position] === 0 ? [] : [{ row, position, at }];
    });
    const values = new Map<number, unknown>();
    const different = [...new Set(there.map(({ at }) => at))];
    for (let start = 0; start < different.length; start += BLOCK) {
      const block = different.slice(start, start + BLOCK).map(async (at) => {
        const cell = required(cells[at], `value ${at}`);
        values.set(at, await readCell(cell, cell.source, table, signal, (source, io) => column.decode(source, io)));
      });
      await Promise.all(block);
    }
    const samples = there.map(({ row, position, at }): Decoded => {
      const cell = required(cells[at], `value ${at}`);
      return { position, cell, value: values.get(at), stream: `${column.key}/${row}` };
    });
    return new DisturbedColumn(batch, samples);
  }

  /** What the model is fed of the input, by the names of its tensors. Samples that lack it are fed as they are. */
  async at(level: number): Promise<Tensors> {
    const { column, inputs, signal } = this.batch;
    const names = Object.keys(fedSpecs(column.spec));
    const own = copyOf(mapRecord(fedSpecs(column.spec), (_, name) => tensorOf(inputs, column.tensorName(name))));
    for (const sample of this.samples) {
      signal?.throwIfAborted();
      write(await this.prepare(sample, level), rowOf(own, sample.position));
    }
    return Object.fromEntries(names.map((name) => [column.tensorName(name), required(own[name], name)]));
  }

  private async prepare({ cell, value, stream }: Decoded, level: number): Promise<Tensors> {
    const { column, random, signal } = this.batch;
    const { spec } = column;
    try {
      // The stream begins anew at every level, where the noise is the same, only stronger.
      const kept = spec.prepare(await disturb(column, value, level, random.fork(stream), signal));
      return spec.view ? spec.view.draw(kept, null) : kept;
    } catch (error) {
      signal?.throwIfAborted();
      throw atCell(error, cell);
    }
  }
}

/** The value of a column: of one that holds many, each of those that are read. */
async function disturb(
  { modality, many }: DataColumn,
  value: unknown,
  level: number,
  random: Random,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const one = async (item: unknown, own: Random): Promise<unknown> => modality.disturb?.(item, level, own, signal);
  if (many === null) return one(value, random);
  const items = value as readonly unknown[];
  const disturbed = await Promise.all(items.slice(0, many).map((item, at) => one(item, random.fork(String(at)))));
  // The others were never read: they are counted.
  disturbed.length = items.length;
  return disturbed;
}

const tensorOf = (inputs: Tensors, name: string): Tensor => required(inputs[name], name);

/** Tensors [n,…] of the same n. */
function copyOf(tensors: Tensors): Record<string, Tensor> {
  const count = Object.values(tensors)[0]?.shape[0];
  return gatherRows(tensors, Uint32Array.from(Array(required(count, 'the number of samples')).keys()));
}

function write(tensors: Tensors, places: Readonly<Record<string, Tensor>>): void {
  for (const [name, { data }] of Object.entries(places)) {
    // Both have the same element type, which TypeScript cannot see through the union.
    (data as Float32Array).set(required(tensors[name], name).data as Float32Array);
  }
}

import type { DataType, RandomKind, SymbolicTensor, Symbols } from '@sensorium/contracts';
import { add, cast, constant, expand, gather, input, loop, loopIndex, mul, type RandomRequest } from '@sensorium/graph';
import { knownShape } from '@sensorium/graph/transform';

export type BatchSpecs = Readonly<Record<string, { readonly dtype: DataType; readonly shape: readonly number[] }>>;

/** An input to be filled with random numbers: uint8 of all bytes where they are `uniform`, float32 where `normal`. */
export interface Noise {
  readonly name: string;
  readonly kind: RandomKind;
  /** Of one batch. */
  readonly shape: readonly number[];
}

/** What a program is fed for a whole chunk of steps, and what the running step sees of it. */
export interface Feed {
  /** The number of the running step, from 0. */
  readonly index: SymbolicTensor;
  /** All that is fed, [steps,…] or [steps,batches,…]. */
  readonly inputs: readonly SymbolicTensor[];
  readonly noise: readonly Noise[];
  batch(specs: BatchSpecs): Symbols;
  readonly random: (request: Pick<RandomRequest, 'shape' | 'kind'>) => SymbolicTensor;
  /** Means over the batches of a step of values that are computed from one batch. */
  mean(values: readonly SymbolicTensor[]): readonly SymbolicTensor[];
}

/** `steps` names the dimension that counts steps; each has so many `batches`. */
export function createFeed(steps: string, batches: number): Feed {
  const index = loopIndex();
  const batchIndex = loopIndex();
  const inputs: SymbolicTensor[] = [];
  const noise: Noise[] = [];
  const feed = (name: string, dtype: DataType, shape: readonly number[]): SymbolicTensor => {
    const all = input(name, dtype, batches === 1 ? [steps, ...shape] : [steps, batches, ...shape]);
    inputs.push(all);
    const step = gather(all, index);
    return batches === 1 ? step : gather(step, batchIndex);
  };
  return {
    index,
    inputs,
    noise,
    batch: (specs) =>
      Object.fromEntries(Object.entries(specs).map(([name, { dtype, shape }]) => [name, feed(name, dtype, shape)])),
    random({ shape: symbols, kind }) {
      const shape = knownShape(symbols, 'randomness');
      const name = `noise/${noise.length}`;
      noise.push({ name, kind, shape });
      return kind === 'normal'
        ? feed(name, 'float32', shape)
        : mul(cast(feed(name, 'uint8', shape), 'float32'), 1 / 256);
    },
    mean: (values) => (batches === 1 ? values : meanOver(values, batchIndex, batches)),
  };
}

/** One batch after the other: only the sums of all are kept, never two batches at once. */
function meanOver(values: readonly SymbolicTensor[], index: SymbolicTensor, count: number): SymbolicTensor[] {
  const carried = values.map((value) => {
    const current = input('sum', value.dtype, value.shape);
    return { initial: expand(constant(0, value.dtype), value.shape), current, next: add(current, value) };
  });
  const { final } = loop({ count: constant(count, 'int64'), steps: 'batches', index, carried, collected: [] });
  return final.map((sum) => mul(sum, 1 / count));
}

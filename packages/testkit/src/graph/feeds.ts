import {
  required,
  type DataType,
  type Dimension,
  type Scope,
  type Shape,
  type SymbolicTensor,
  type Tensor,
} from '@sensorium/contracts';
import { leavesOf } from '@sensorium/graph/transform';
import { gatherAxis } from '../tensors.js';
import { BATCH, INPUT_PREFIX, instantiate, sampleCount, type GraphModule, type Instance } from './module.js';
import { neutralTensor, randomTensor } from './random.js';

/** Values of something that a graph is fed beside a module's samples, for the samples with these numbers. */
export type Feed = (samples: readonly number[], seed: string) => Tensor;

/** The size of a dimension that is neither known nor the batch's. */
const OPEN = 3;

/** [batch,3,6*batch] → [2,3,12] */
export const sizesOf = (shape: Shape, batch: number): number[] =>
  shape.map((dimension) =>
    String(dimension)
      .split('*')
      .reduce((product, factor) => product * (factor === BATCH ? batch : sizeOf(factor)), 1),
  );

const sizeOf = (factor: string): number => (/^\d+$/.test(factor) ? Number(factor) : OPEN);

/**
 * What an instance reads beside the module's inputs, by name: random values, and inputs that the part declares itself. Each
 * sample has values of its own, whatever batch it is in.
 *
 * @param build builds the same for another batch size: what grows with it belongs to the samples
 */
export function feedsOf(
  module: GraphModule,
  instance: Instance,
  outputs: readonly SymbolicTensor[],
  batch: Dimension,
): Record<string, Feed> {
  const inputs = inputsOf(outputs).filter(({ name }) => !name.startsWith(INPUT_PREFIX));
  const kinds = new Map(instance.scope.noises.map(({ name, kind }) => [name, kind]));
  const grown =
    typeof batch === 'number' && inputs.length > 0 ? shapesAt(module, batch + 1, instance.scope.mode) : undefined;
  return Object.fromEntries(
    inputs.map(({ name, dtype, shape }) => {
      const kind = kinds.get(name);
      const count = typeof batch === 'number' ? batch : 1;
      const sizes: Sizes = {
        count,
        small: sizesOf(shape, count),
        large: sizesOf(grown ? required(grown.get(name), `the input "${name}" of a larger batch`) : shape, count + 1),
      };
      const world = (full: readonly number[], seed: string): Tensor =>
        kind ? randomTensor(`${seed}/${name}`, full, kind) : neutralTensor(name, dtype, full);
      return [name, feedOf(sizes, sampleCount(module), world)];
    }),
  );
}

interface Input {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: Shape;
}

const inputsOf = (outputs: readonly SymbolicTensor[]): Input[] =>
  [...leavesOf(outputs)].flatMap(({ source, dtype, shape }) =>
    source.kind === 'input' ? [{ name: source.name, dtype, shape }] : [],
  );

/** Shapes of what the module reads in a batch of another size. */
function shapesAt(module: GraphModule, batch: number, mode: Scope['mode']): Map<string, Shape> {
  const { outputs, scope } = instantiate(module, batch, mode);
  return new Map([...inputsOf(Object.values(outputs)), ...scope.noises].map(({ name, shape }) => [name, shape]));
}

/** Sizes in a batch of `count` samples, and in one of one sample more. */
interface Sizes {
  readonly count: number;
  readonly small: readonly number[];
  readonly large: readonly number[];
}

/** Makes values of all samples, and gives those that are asked for, along every axis that grows with the batch. */
function feedOf(
  { count, small, large }: Sizes,
  samples: number,
  world: (shape: readonly number[], seed: string) => Tensor,
): Feed {
  const units = small.map((size, axis) => required(large[axis], 'an axis of a larger batch') - size);
  const full = small.map((size, axis) => (units[axis] ? (size / count) * samples : size));
  return (wanted, seed) =>
    units.reduce(
      (tensor, unit, axis) =>
        unit === 0
          ? tensor
          : gatherAxis(
              tensor,
              axis,
              wanted.flatMap((sample) => Array.from({ length: unit }, (_, index) => sample * unit + index)),
            ),
      world(full, seed),
    );
}

import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import { constant, expand, flatten, linear, mean, transpose, unsqueeze } from '@sensorium/graph';
import { formatShape } from '@sensorium/tensors';
import type { LearnedOptions } from './options.js';
import { misfit } from './problem.js';

/** Features of a tensor that a model gives for pictures. */
export function featuresOf(
  scope: Scope,
  value: SymbolicTensor,
  present: SymbolicTensor,
  given: LearnedOptions,
): Features {
  const { tokens: own, ...places } = placesOf(value, present, given);
  const tokens = given.dim === undefined ? own : linear(scope.at('project'), own, given.dim);
  const mask = expand(constant([1], 'float32', [1, 1]), tokens.shape.slice(0, 2), present);
  return { tokens, mask, pooled: mean(tokens, [1]), present, ...places };
}

type Places = Pick<Features, 'tokens' | 'grid' | 'maps'>;

/** Tokens [B,T,D], and how they lie. */
function placesOf(value: SymbolicTensor, { shape: [batch] }: SymbolicTensor, given: LearnedOptions): Places {
  const { shape, dtype } = value;
  const [own, ...sizes] = shape;
  const isKnown = own === batch && sizes.every((size) => typeof size === 'number');
  if (dtype === 'float32' && isKnown) {
    if (shape.length === 2) return { tokens: unsqueeze(value, 1) };
    if (shape.length === 3) return { tokens: value };
    if (shape.length === 4) return placesOfGrid(value, sizes, given);
  }
  throw misfit(
    given.file,
    `"${given.output}" is ${dtype} ${formatShape(shape)}, which is no tensor of features`,
    'Name one in "output" that is float32 [batch,D], [batch,T,D], [batch,D,H,W] or [batch,H,W,D], all but the batch fixed.',
  );
}

function placesOfGrid(value: SymbolicTensor, sizes: readonly number[], given: LearnedOptions): Places {
  const isFirst = isChannelsFirst(sizes, given);
  return {
    tokens: isFirst ? transpose(flatten(value, 2), [0, 2, 1]) : flatten(value, 1, 3),
    grid: isFirst ? sizes.slice(1) : sizes.slice(0, 2),
    maps: [isFirst ? value : transpose(value, [0, 3, 1, 2])],
  };
}

/** A tensor inside a model may be laid out in the other way than its input. A grid has the proportions of the picture. */
function isChannelsFirst(sizes: readonly number[], { size: [height, width], layout }: LearnedOptions): boolean {
  const [a, b, c] = sizes as readonly [number, number, number];
  const isGrid = (rows: number, columns: number): boolean =>
    (rows === 1 && columns === 1) || rows * width === columns * height;
  const [first, last] = [isGrid(b, c), isGrid(a, b)];
  return first === last ? layout === 'NCHW' : first;
}

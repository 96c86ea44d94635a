import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  cast,
  constant,
  div,
  expand,
  flatten,
  greater,
  linear,
  mean,
  mul,
  slice,
  squeeze,
  sum,
  transpose,
  unsqueeze,
} from '@sensorium/graph';
import type { Flow } from './flow.js';
import type { OnnxOptions, Size } from './options.js';
import { positionsOf } from './run-stage.js';

export interface FeatureInputs {
  /** What the last file gives, as `features`. */
  readonly flow: Flow;
  /** How much of a sequence is the value, [B]; of anything else undefined. */
  readonly length: SymbolicTensor | undefined;
  readonly present: SymbolicTensor;
  /** Of a picture. */
  readonly picture: { readonly size: Size; readonly isFirst: boolean } | undefined;
}

/** Features of the tensor that the files give in the end. */
export function featuresOf(
  scope: Scope,
  { flow, length, present, picture }: FeatureInputs,
  { dim, pool, average }: OnnxOptions,
): Features {
  const { features } = flow.values as { features: SymbolicTensor };
  const isGrid = picture !== undefined && features.shape.length === 4;
  const { tokens: own, ...places } = isGrid ? placesOfGrid(features, picture) : { tokens: positionsOf(features) };
  const tokens = dim === undefined ? own : linear(scope.at('project'), own, dim);
  const mask = maskOf(flow, length, tokens, present);
  const pooled = pool === 'first' ? squeeze(slice(tokens, 1, 0, 1), 1) : meanOf(tokens, length && mask);
  if (!average) return { tokens, mask, pooled, present, ...places };
  return { tokens: unsqueeze(pooled, 1), mask: slice(mask, 1, 0, 1), pooled, present };
}

/** A token counts whose middle lies within the value, and the first of all. */
function maskOf(
  { places = [] }: Flow,
  length: SymbolicTensor | undefined,
  tokens: SymbolicTensor,
  present: SymbolicTensor,
): SymbolicTensor {
  if (length === undefined) return expand(constant([1], 'float32', [1, 1]), tokens.shape.slice(0, 2), present);
  const starts = constant([-1, ...places.slice(1)], 'float32', [1, places.length]);
  return cast(greater(unsqueeze(length, 1), starts), 'float32');
}

function meanOf(tokens: SymbolicTensor, mask: SymbolicTensor | undefined): SymbolicTensor {
  if (!mask) return mean(tokens, [1]);
  const weights = unsqueeze(mask, 2);
  return div(sum(mul(tokens, weights), [1]), sum(weights, [1]));
}

type Places = Pick<Features, 'tokens' | 'grid' | 'maps'>;

/** [B,D,H,W] or [B,H,W,D]: a token for each place, row by row. */
function placesOfGrid(value: SymbolicTensor, picture: { readonly size: Size; readonly isFirst: boolean }): Places {
  const sizes = value.shape.slice(1) as readonly number[];
  const isFirst = isChannelsFirst(sizes, picture);
  return {
    tokens: isFirst ? transpose(flatten(value, 2), [0, 2, 1]) : flatten(value, 1, 3),
    grid: isFirst ? sizes.slice(1) : sizes.slice(0, 2),
    maps: [isFirst ? value : transpose(value, [0, 3, 1, 2])],
  };
}

/** A tensor inside a model may be laid out in the other way than its input. A grid has the proportions of the picture. */
function isChannelsFirst(
  sizes: readonly number[],
  { size: [height, width], isFirst }: { readonly size: Size; readonly isFirst: boolean },
): boolean {
  const [a, b, c] = sizes as readonly [number, number, number];
  const isGrid = (rows: number, columns: number): boolean =>
    (rows === 1 && columns === 1) || rows * width === columns * height;
  const [first, last] = [isGrid(b, c), isGrid(a, b)];
  return first === last ? isFirst : first;
}

import { required, type Content, type Model, type SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  cast,
  equal,
  flatten,
  knownSize,
  min,
  mod,
  mul,
  range,
  square,
  sub,
  sum,
  unsqueeze,
  where,
} from '@sensorium/graph';

/** A prime below 2³¹: products of two smaller numbers fit into int64. */
const PRIME = 2_147_483_647;

/** Steps in which values count, so that what is rounded differently is the same. */
const STEPS = 4096;

/**
 * What tells which samples of a batch, or of several, have the same content of an input: int64 [B,1], equal for equal
 * contents, and almost surely for these alone. 0 where nothing is known to be the same: where the sample lacks the input or
 * has something unknown in it, where the encoder does not say what stands at its tokens, and for a fusion.
 */
export function itemsOf(model: Model, name: string): SymbolicTensor {
  const { mask, present } = required(model.features[name], `the features of "${name}"`);
  const content = model.inputs.includes(name) ? model.input(name).content : undefined;
  if (!content) return cast(mul(present, 0), 'int64');
  const items = fingerprint(numbersOf(content, mask));
  return mul(items, cast(mul(present, allKnown(content, mask)), 'int64'));
}

/** Whole numbers [B,K] of what is not padding. */
function numbersOf(content: Content, mask: SymbolicTensor): SymbolicTensor {
  if ('ids' in content) return mul(add(cast(content.ids, 'int64'), 1), cast(mask, 'int64'));
  return cast(flatten(mul(mul(content.values, unsqueeze(mask, 2)), STEPS)), 'int64');
}

/** 1 where no token is unknown, else 0: [B,1]. */
function allKnown(content: Content, mask: SymbolicTensor): SymbolicTensor | number {
  if (!('ids' in content) || content.unknown === undefined) return 1;
  return min(where(equal(content.ids, content.unknown), sub(1, mask), 1), [1], { keep: true });
}

/** Σ_k r_k x_k of x [B,K] with scattered r_k (universal hashing: Carter & Wegman 1979): [B,1]. */
function fingerprint(x: SymbolicTensor): SymbolicTensor {
  const scatter = (value: SymbolicTensor): SymbolicTensor => mod(square(add(value, 48_271)), PRIME);
  const places = mul(range(1, knownSize(x.shape, 1) + 1), 1_103_515_245);
  return sum(mul(x, scatter(scatter(mod(places, PRIME)))), [1], { keep: true });
}

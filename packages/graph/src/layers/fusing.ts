import { required, SensoriumError, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import { div, maximum, mul } from '../operators/arithmetic.js';
import { softmax } from '../operators/activation.js';
import { greater, where } from '../operators/comparison.js';
import { standardize } from '../operators/normalization.js';
import { max, sum } from '../operators/reduction.js';
import { unsqueeze } from '../operators/shaping.js';
import { linear } from './linear.js';

/** What a fusion fuses, by the names of the inputs. */
export type FusedParts = Readonly<Record<string, Features>>;

/** Far below every score, yet finite. */
const NOWHERE = -1e9;

/** Whether any part is there: [B,1], 0 or 1. */
export const anyPresent = (parts: FusedParts): SymbolicTensor =>
  Object.values(parts)
    .map(({ present }) => present)
    .reduce(maximum);

/** Features of one vector [B,D], which is the only token. */
export const vectorFeatures = (pooled: SymbolicTensor, present: SymbolicTensor): Features => ({
  tokens: unsqueeze(pooled, 1),
  mask: present,
  pooled,
  present,
});

/**
 * present · (norm(pooled) W + b), norm(v) = (v − mean(v)) / deviation(v): the vector of a part in a space of its own [B,dim], of common
 * size whatever encoder it comes from; 0 where the part is missing.
 */
export const project = (scope: Scope, { pooled, present }: Features, dim: number): SymbolicTensor =>
  mul(linear(scope, standardize(pooled), dim), present);

/** Mean over the tokens that are there: [B,T,D], mask [B,T] → [B,D]; 0 where there are none. */
export function maskedMean(tokens: SymbolicTensor, mask: SymbolicTensor): SymbolicTensor {
  const shares = div(mask, maximum(sum(mask, [1], { keep: true }), 1));
  return sum(mul(tokens, unsqueeze(shares, 2)), [1]);
}

/** The largest value of each feature among the tokens that are there: [B,T,D], mask [B,T] → [B,D]; 0 where there are none. */
export function maskedMax(tokens: SymbolicTensor, mask: SymbolicTensor): SymbolicTensor {
  const largest = max(where(greater(unsqueeze(mask, 2), 0), tokens, NOWHERE), [1]);
  return mul(largest, max(mask, [1], { keep: true }));
}

/**
 * Softmax over the last axis of what is there: scores [..,T], mask [..,T] of 0 and 1, broadcast → shares that add up to 1; 0 where
 * the mask is, and everywhere where it is 0 everywhere.
 */
export const maskedSoftmax = (scores: SymbolicTensor, mask: SymbolicTensor): SymbolicTensor =>
  mul(softmax(where(greater(mask, 0), scores, NOWHERE)), mask);

/**
 * The parts that an option names, and the others. Throws SENSORIUM_MANIFEST_INVALID where it names one that there is not, or one
 * twice.
 */
export function divideParts(
  parts: FusedParts,
  option: string,
  named: readonly string[],
): { readonly named: FusedParts; readonly others: FusedParts } {
  const names = Object.keys(parts);
  const unknown = named.find((name) => !names.includes(name));
  if (unknown !== undefined) throw misnamed(`"${option}" names "${unknown}"`, names);
  const twice = named.find((name, index) => named.indexOf(name) !== index);
  if (twice !== undefined) throw misnamed(`"${option}" names "${twice}" twice`, names);
  const only = (wanted: readonly string[]): FusedParts =>
    Object.fromEntries(wanted.map((name) => [name, required(parts[name], `the input "${name}"`)]));
  return { named: only(named), others: only(names.filter((name) => !named.includes(name))) };
}

const misnamed = (what: string, names: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `${what}, and the fusion is of ${names.join(', ')}`,
    hint: `Name some of ${names.join(', ')}.`,
  });

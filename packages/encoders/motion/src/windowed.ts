import type { Features, SymbolicTensor } from '@sensorium/contracts';
import { cast, constant, div, flatten, knownSize, maximum, mul, reshape, sub, sum, unsqueeze } from '@sensorium/graph';
import type { LearnedOptions } from './options.js';

export interface Fed {
  /** [B,N,C,T] */
  readonly values: SymbolicTensor;
  /** uint8 [B,N,T], 1 where there is a row. */
  readonly valid: SymbolicTensor;
}

/** Every window by itself. */
export interface Windows {
  /** [B·N,C,T], standardized by channel, 0 where there is no row. */
  readonly x: SymbolicTensor;
  /** [B·N,1,T] */
  readonly mask: SymbolicTensor;
}

export function windowsOf({ values, valid }: Fed, { mean, deviation }: LearnedOptions): Windows {
  const column = (numbers: readonly number[]): SymbolicTensor => constant(numbers, 'float32', [numbers.length, 1]);
  const mask = unsqueeze(cast(flatten(valid, 0, 2), 'float32'), 1);
  const standard = div(sub(flatten(values, 0, 2), column(mean)), column(deviation));
  return { x: mul(standard, mask), mask };
}

/** Tokens [B·N,P,dim] and what is real of them, [B·N,1,P] → features of a sample: its windows, one after the other. */
export function featuresOf(
  tokens: SymbolicTensor,
  mask: SymbolicTensor,
  { values }: Fed,
  present: SymbolicTensor,
): Features {
  const [windows, places, dim] = [knownSize(values.shape, 1), knownSize(tokens.shape, 1), knownSize(tokens.shape, 2)];
  const shape = [...present.shape.slice(0, 1), windows * places];
  const [all, real] = [reshape(tokens, [...shape, dim]), reshape(mask, shape)];
  const pooled = div(sum(mul(all, unsqueeze(real, 2)), [1]), maximum(sum(real, [1], { keep: true }), 1));
  const isGrid = windows > 1 && places > 1;
  return { tokens: all, mask: real, pooled, present, ...(isGrid && { grid: [windows, places] }) };
}

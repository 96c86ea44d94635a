import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import { cast, convolutionGrid, gridWidths, mul, sub, unsqueeze } from '@sensorium/graph';
import type { LearnedOptions } from './options.js';

interface Fed {
  /** [B,S,S] */
  readonly degrees: SymbolicTensor;
  /** uint8 [B,S,S], 1 where there is an image. */
  readonly valid: SymbolicTensor;
}

/** Degrees → features; the range becomes −1…1. */
export function buildFeatures(
  scope: Scope,
  { degrees, valid }: Fed,
  present: SymbolicTensor,
  options: LearnedOptions,
): Features {
  const [low, high] = options.range;
  const seen = mul(sub(unsqueeze(degrees, 1), (low + high) / 2), 2 / (high - low));
  const widths = gridWidths(options.size, options);
  return convolutionGrid(scope, seen, present, { ...widths, valid: cast(unsqueeze(valid, 1), 'float32') });
}

import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  cast,
  concat,
  convolutionGrid,
  div,
  greater,
  gridWidths,
  maximum,
  mul,
  sub,
  unsqueeze,
} from '@sensorium/graph';
import { inverseScale } from './distances.js';
import type { LearnedOptions } from './options.js';

/** Metres [B,S,S], 0 in holes → features. */
export function buildFeatures(
  scope: Scope,
  metres: SymbolicTensor,
  present: SymbolicTensor,
  options: LearnedOptions,
): Features {
  const map = unsqueeze(metres, 1);
  const valid = cast(greater(map, 0), 'float32');
  const value = mul(standardized(map, options), valid);
  const widths = gridWidths(options.size, options);
  return convolutionGrid(scope, concat([value, valid], 1), present, { ...widths, valid });
}

/** Of what the network sees. */
function standardized(map: SymbolicTensor, options: LearnedOptions): SymbolicTensor {
  const scale = inverseScale(options);
  const seen = scale === undefined ? map : div(scale, maximum(map, options.near));
  return div(sub(seen, options.mean), options.deviation);
}

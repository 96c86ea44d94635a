import type { SymbolicTensor } from '@sensorium/contracts';
import { shapeError } from '../error.js';
import { formatShape } from '@sensorium/tensors';
import { knownSize } from '../shape.js';
import { softmax } from './activation.js';
import { add, cast, mul, sub } from './arithmetic.js';
import { lessOrEqual } from './comparison.js';
import { matmul } from './linear-algebra.js';
import { range } from './sequence.js';
import { lengthOf, transpose, unsqueeze } from './shaping.js';

export interface ScaledDotProductOptions {
  /** Broadcast to [B,H,T,S]: 1 (or true) where the query may look, 0 elsewhere. Default: everywhere. */
  mask?: SymbolicTensor;
  /** Added to the scores, broadcast to [B,H,T,S]: how much the query wants to look there. Default: nothing */
  bias?: SymbolicTensor;
  /** Default 1 / √D */
  scale?: number;
  /** Query t looks at keys 0 … t only. Default false */
  causal?: boolean;
}

/**
 * softmax(scale · query keyᵀ + bias) value (Vaswani et al. 2017): query [B,H,T,D], key [B,H,S,D], value [B,H,S,E] → [B,H,T,E].
 * A query that may look nowhere looks everywhere alike: nothing is NaN. Throws SENSORIUM_SHAPE where they have not four
 * axes, or do not fit.
 */
export function scaledDotProductAttention(
  query: SymbolicTensor,
  key: SymbolicTensor,
  value: SymbolicTensor,
  { mask, bias, scale, causal = false }: ScaledDotProductOptions = {},
): SymbolicTensor {
  for (const { shape } of [query, key, value]) {
    if (shape.length !== 4) throw shapeError(`attention takes [B,H,T,D], not ${formatShape(shape)}`);
  }
  const factor = scale ?? 1 / Math.sqrt(knownSize(query.shape, -1));
  const products = matmul(mul(query, factor), transpose(key));
  const scores = bias ? add(products, bias) : products;
  const allowed = [mask, causal ? notAhead(query, key) : undefined].flatMap((one) =>
    one ? [cast(one, query.dtype)] : [],
  );
  // Far below every score, yet finite.
  const masked = allowed.length ? add(scores, mul(sub(allowed.reduce(mul), 1), 1e9)) : scores;
  return matmul(softmax(masked), value);
}

/** [T,S]: true where the key is not after the query. */
function notAhead(query: SymbolicTensor, key: SymbolicTensor): SymbolicTensor {
  const positions = (x: SymbolicTensor): SymbolicTensor => range(0, lengthOf(x, 2), 1, { dimension: x.shape[2] });
  return lessOrEqual(unsqueeze(positions(key), 0), unsqueeze(positions(query), 1));
}

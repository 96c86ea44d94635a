import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator } from '../operator.js';
import { knownSize } from '../shape.js';
import { constant, type Value } from '../value.js';
import { cast, mul, sub } from './arithmetic.js';
import { mean } from './reduction.js';

const layerNormOperator = defineOperator<{ axis: number; epsilon: number }>('LayerNormalization', {
  infer: ([{ dtype, shape }]) => {
    // Mean and 1 / deviation are float32 whatever x is.
    const statistics = { dtype: 'float32', shape: shape.with(-1, 1) } as const;
    return [{ dtype, shape }, statistics, statistics];
  },
  gradient: ({ outputs, upstream }) => {
    const [y, , inverse] = outputs as readonly [Value, Value, Value];
    const along = mul(y, mean(mul(upstream, y), [-1], { keep: true }));
    const centred = sub(upstream, mean(upstream, [-1], { keep: true }));
    return [mul(sub(centred, along), cast(inverse, y.dtype)), null];
  },
});

/**
 * (x − mean) / √(variance + epsilon) over the last axis (Ba et al. 2016), without scale and shift: where a linear
 * layer follows they add nothing, and `layerNorm` adds them elsewhere.
 */
export function standardize(x: SymbolicTensor, epsilon = 1e-5): SymbolicTensor {
  const scale = constant(new Array<number>(knownSize(x.shape, -1)).fill(1), x.dtype);
  const [y] = layerNormOperator([x, scale], { axis: -1, epsilon }) as [Value, Value, Value];
  return y;
}

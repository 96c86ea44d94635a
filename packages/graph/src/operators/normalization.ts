import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator } from '../operator.js';
import { knownSize } from '../shape.js';
import { constantTensor, type Value } from '../value.js';
import { mul, sub } from './arithmetic.js';
import { mean } from './reduction.js';

const layerNormOperator = defineOperator<{ axis: number; epsilon: number }>('LayerNormalization', {
  infer: ([x]) => {
    const shape = x?.shape ?? [];
    const statistics = { dtype: 'float32', shape: shape.with(-1, 1) } as const;
    return [{ dtype: 'float32', shape }, statistics, statistics];
  },
  gradient: ({ outputs: [y, , inverse], upstreams: [upstream] }) => {
    if (!y || !inverse || !upstream) return [];
    const along = mul(y, mean(mul(upstream, y), [-1], { keep: true }));
    const centred = sub(upstream, mean(upstream, [-1], { keep: true }));
    return [mul(sub(centred, along), inverse), null];
  },
});

/**
 * (x − mean) / √(variance + epsilon) over the last axis (Ba et al. 2016), without scale and shift: where a linear
 * layer follows they add nothing, and `layerNorm` adds them elsewhere.
 */
export function standardize(x: SymbolicTensor, epsilon = 1e-5): SymbolicTensor {
  const ones: Value = constantTensor({ dtype: 'float32', shape: [knownSize(x.shape, -1)], data: new Float32Array(knownSize(x.shape, -1)).fill(1) });
  const [y] = layerNormOperator([x, ones], { axis: -1, epsilon });
  if (!y) throw new Error('LayerNormalization has three outputs');
  return y;
}

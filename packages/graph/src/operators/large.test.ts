import { expect, it } from 'vitest';
import * as g from '../index.js';
import { evaluate, numbers } from '../testing/evaluate.js';
import { relativeError, spreadTensor } from '../testing/numbers.js';

// From some size on gradients are computed in another way, which the cases of the operators are too small for.

/** aᵀ b in double precision: [K,M], [K,N] → [M,N]. */
function transposedProduct(a: readonly number[], b: readonly number[], [k, m, n]: readonly [number, number, number]) {
  const result = new Float64Array(m * n);
  for (let inner = 0; inner < k; inner++) {
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        result[row * n + column]! += a[inner * m + row]! * b[inner * n + column]!;
      }
    }
  }
  return [...result];
}

it.each([
  ['as wide as high', 256, 256, 256],
  ['wider than high', 64, 256, 1024],
  ['higher than wide', 64, 1024, 256],
])('the gradients of large factors are those of the formula: %s', async (_, samples, inputs, outputs) => {
  const x = spreadTensor('float32', [samples, inputs], 1);
  const upstream = spreadTensor('float32', [samples, outputs], 2);
  const w = g.input('w', 'float32', [inputs, outputs]);
  const v = g.input('v', 'float32', [outputs, inputs]);
  const left = g.input('x', 'float32', x.shape);
  const back = g.input('u', 'float32', upstream.shape);
  const lossOf = (y: ReturnType<typeof g.gemm>) => g.sum(g.mul(y, back));
  const [ofW] = g.gradients(lossOf(g.matmul(left, w)), [w]);
  const [ofV] = g.gradients(lossOf(g.gemm(left, v, false, true)), [v]);
  const found = await evaluate({ ofW: ofW!, ofV: ofV! }, { x, u: upstream });
  const expected = transposedProduct(numbers(x), numbers(upstream), [samples, inputs, outputs]);
  const turned = transposedProduct(numbers(upstream), numbers(x), [samples, outputs, inputs]);
  expect(relativeError(numbers(found['ofW']), expected)).toBeLessThan(1e-5);
  expect(relativeError(numbers(found['ofV']), turned)).toBeLessThan(1e-5);
});

it('the gradient of the bias of a large tensor is its sum over all but the last axis', async () => {
  const [batch, tokens, width] = [8, 128, 512];
  const upstream = spreadTensor('float32', [batch, tokens, width], 5);
  const bias = g.input('b', 'float32', [width]);
  const back = g.input('u', 'float32', upstream.shape);
  const [ofBias] = g.gradients(g.sum(g.mul(g.add(back, bias), back)), [bias]);
  const { ofB } = await evaluate({ ofB: ofBias! }, { u: upstream });
  const ones = new Array<number>(batch * tokens).fill(1);
  const expected = transposedProduct(ones, numbers(upstream), [batch * tokens, 1, width]);
  expect(relativeError(numbers(ofB), expected)).toBeLessThan(1e-5);
});

import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import * as g from '../index.js';
import { evaluate, numbers } from '../testing/evaluate.js';
import { relativeError, spreadTensor } from '../testing/numbers.js';

const x = g.input('x', 'float32', [2, 6, 8]);

function deepLoss(scope: Scope, batch: SymbolicTensor): SymbolicTensor {
  let y = batch;
  for (let layer = 0; layer < 4; layer++) y = g.transformerBlock(scope.at(`block${layer}`), y, { heads: 2 });
  return g.mean(g.square(y));
}

describe('gradients in segments', () => {
  const scope = g.createScope();
  const loss = deepLoss(scope, x);
  const targets = [x, ...scope.parameters.map(({ symbol }) => symbol)];
  const weights = Object.fromEntries(
    scope.parameters.map(({ name, shape }, seed) => [name, spreadTensor('float32', shape, seed, -0.5, 0.5)]),
  );
  const run = async (segments: number) => {
    const all = g.gradients(loss, targets, { segments });
    const outputs = Object.fromEntries(all.map((gradient, index) => [`g${index}`, gradient]));
    return evaluate({ loss, ...outputs }, { x: spreadTensor('float32', [2, 6, 8], 5) }, weights);
  };

  it.each([2, 3, 7, 50])('are the same with %d segments', async (segments) => {
    const [kept, again] = [await run(1), await run(segments)];
    for (const [name, tensor] of Object.entries(kept)) {
      expect(relativeError(numbers(again[name]), numbers(tensor)), name).toBeLessThan(1e-5);
    }
  });

  it('compute the forward pass of all but the last segment again, in loops', () => {
    const all = g.gradients(loss, targets, { segments: 4 });
    const bytes = Buffer.from(
      g.toOnnx({ outputs: { sum: all.map((one) => g.sum(one)).reduce((a, b) => g.add(a, b)) } }),
    );
    expect(bytes.toString('latin1').match(/Loop/g)!.length).toBeGreaterThanOrEqual(3);
  });
});

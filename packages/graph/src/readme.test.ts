import type { SymbolicTensor } from '@sensorium/contracts';
import { makeTensor } from '@sensorium/tensors';
import { expect, it } from 'vitest';
import * as graph from './index.js';
import { evaluate, numbers, withSession } from './testing/evaluate.js';
import { size } from './testing/numbers.js';
import { examplesOf, runExample } from './testing/readme.js';

const [writing, defining] = examplesOf(new URL('../README.md', import.meta.url));

it('the first example writes a model and its gradient', async () => {
  const file = runExample(writing!, 'file', graph) as Uint8Array;
  const filled = (shape: readonly number[]) => makeTensor('float32', shape, new Array<number>(size(shape)).fill(0.5));
  const weights = {
    'hidden/weight': filled([2, 16]),
    'hidden/bias': filled([16]),
    'output/weight': filled([16, 1]),
    'output/bias': filled([1]),
  };
  const { y, slope } = await withSession(file, (session) =>
    session.run({ x: makeTensor('float32', [1, 2], [1, 2]), ...weights }),
  );
  // Of 16 equal hidden units, each 0.5 · (1 + 2 + 1) = 2: y = 16.5, and d y² / dx = 2 y · 16 · 0.5 · 0.5.
  expect(numbers(y)).toEqual([16.5]);
  expect(numbers(slope)).toEqual([132, 132]);
});

it('the example of an operator defines one', async () => {
  const softsign = runExample(defining!, 'softsign', graph) as (x: graph.Operand) => SymbolicTensor;
  const x = graph.input('x', 'float32', [2]);
  const y = softsign(x);
  const [dx] = graph.gradients(graph.sum(y), [x]);
  const result = await evaluate({ y, dx: dx! }, { x: makeTensor('float32', [2], [1, -3]) });
  expect(numbers(result['y'])).toEqual([0.5, -0.75]);
  expect(numbers(result['dx'])).toEqual([0.25, 0.0625]);
});

import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { mean, square, transformerBlock } from '@sensorium/graph';
import { relativeError, spreadTensor } from '@sensorium/graph/testing';
import { expect, it } from 'vitest';
import { adamw, schedule, trainingProgram } from './index.js';
import { train } from './testing/train.js';

function deepLoss(scope: Scope, batch: SymbolicTensor): SymbolicTensor {
  let y = batch;
  for (let layer = 0; layer < 4; layer++) y = transformerBlock(scope.at(`block${layer}`), y, { heads: 2 });
  return mean(square(y));
}

it('a program in segments trains like one that keeps everything', async () => {
  const program = (segments: number) =>
    trainingProgram({
      batch: { x: { dtype: 'float32', shape: [2, 6, 8] } },
      build: (scope, { x: batch }) => ({ loss: deepLoss(scope, batch!) }),
      optimizer: adamw(),
      learningRate: 0.01,
      steps: 10,
      schedule: schedule({ shape: 'constant', steps: 1, warmup: 0 }),
      clip: 1,
      segments,
    });
  const data = { x: spreadTensor('float32', [5, 2, 6, 8], 3) };
  const [kept, again] = [await train(program(1), data, [5]), await train(program(4), data, [3, 2])];
  expect(relativeError(again.reports['loss']!, kept.reports['loss']!)).toBeLessThan(1e-4);
});

import { cpu } from '@sensorium/backend-node';
import type { Session, Tensors } from '@sensorium/contracts';
import * as graph from '@sensorium/graph';
import { examplesOf, numbers, runExample, testRandom, total } from '@sensorium/graph/testing';
import { expect, it } from 'vitest';
import * as training from './index.js';

const [building, running] = examplesOf(new URL('../README.md', import.meta.url));

const exports = { ...graph, ...training, cpu, createRandom: testRandom };

it('the examples of the README train', async () => {
  const program = runExample(building!, 'program', exports) as training.TrainingProgram;
  const random = testRandom(1);
  const pairs = Array.from({ length: 100 * 32 }, () => [random.uniform(), random.uniform()] as const);
  const points = Float32Array.from(pairs.flat());
  const products = Float32Array.from(pairs, ([a, b]) => a * b);
  const given = { program, points, products };
  const { trained, session } = (await runExample(running!, '{ trained, session }', exports, given)) as {
    readonly trained: Tensors;
    readonly session: Session;
  };
  await session.dispose();
  const loss = numbers(trained['loss']);
  expect(total(loss.slice(-10))).toBeLessThan(0.2 * total(loss.slice(0, 10)));
  expect(trained['next/hidden/weight']?.shape).toEqual([2, 16]);
});

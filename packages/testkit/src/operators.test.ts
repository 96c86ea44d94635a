import { wasm } from '@sensorium/backend-web';
import { operatorCases, operatorTrial, type Tolerances } from '@sensorium/graph/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { onBackend, onWebgpu, type Feeds, type Outcome } from './testing/own-process.js';

/** A driver that computes on the processor needs its time for every operator. Milliseconds. */
const PATIENCE = 240_000;

const trialsWithin = (tolerances: Tolerances) =>
  Object.entries(operatorCases).map(([name, cases], index) => ({
    name,
    index,
    ...operatorTrial(cases, { single: true, tolerances }),
  }));

describe.each([
  {
    backend: 'wasm',
    run: (feeds: Feeds) => onBackend(wasm, feeds),
    trials: trialsWithin({ value: 1e-6, gradient: 1e-5 }),
  },
  // The sine and its like of graphics cards are less exact; WGSL asks for 2⁻¹¹.
  {
    backend: 'webgpu',
    run: (feeds: Feeds) => onWebgpu(feeds, PATIENCE),
    trials: trialsWithin({ value: 3e-4, gradient: 1e-3 }),
  },
])('every operator and its gradient on $backend', ({ run, trials }) => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await run(trials);
  }, PATIENCE);

  it.for(trials)('$name', ({ index, problems }, context) => {
    if ('unavailable' in outcome) return context.skip(outcome.unavailable);
    const outputs = outcome.computed[index];
    if (!outputs || outputs instanceof Error) throw outputs ?? new Error('nothing was computed');
    expect(problems(outputs)).toEqual([]);
  });
});

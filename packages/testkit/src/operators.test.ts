import { wasm } from '@sensorium/backend-web';
import { operatorCases, operatorTrial, type Tolerances } from '@sensorium/graph/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { onBackend, onWebgpu, type Feeds, type Outcome } from './testing/own-process.js';

/** A driver that computes on the processor needs its time for every operator. Milliseconds. */
const PATIENCE = 240_000;

const trialsWithin = (tolerances: Tolerances, all = operatorCases) =>
  Object.entries(all).map(([name, cases]) => ({ name, ...operatorTrial(cases, { single: true, tolerances }) }));

const casesWhere = (isRefused: boolean) =>
  Object.fromEntries(
    Object.entries(operatorCases).map(([name, cases]) => [
      name,
      cases.filter((one) => Boolean(one.refusedByWebgpu) === isRefused),
    ]),
  );

/** Graphics cards are less exact in sines and the like; WGSL asks for 2⁻¹¹. */
const rough: Tolerances = { value: 3e-4, gradient: 1e-3 };
/** Every case by itself, because the first that fails ends a model. */
const refused = Object.entries(casesWhere(true)).flatMap(([name, cases]) =>
  cases.flatMap((one) => trialsWithin(rough, { [name]: [one] })),
);

describe.each([
  {
    backend: 'wasm',
    run: (feeds: Feeds) => onBackend(wasm, feeds),
    trials: trialsWithin({ value: 1e-6, gradient: 1e-5 }),
    refused: [],
  },
  {
    backend: 'webgpu',
    run: (feeds: Feeds) => onWebgpu(feeds, PATIENCE),
    trials: trialsWithin(rough, casesWhere(false)),
    refused,
  },
])('every operator and its gradient on $backend', ({ run, trials, refused }) => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await run([...trials, ...refused]);
  }, PATIENCE);

  it.for(trials.map((trial, index) => ({ ...trial, index })))('$name', ({ index, problems }, context) => {
    if ('unavailable' in outcome) return context.skip(outcome.unavailable);
    const outputs = outcome.computed[index];
    if (!outputs || outputs instanceof Error) throw outputs ?? new Error('nothing was computed');
    expect(problems(outputs)).toEqual([]);
  });

  it.for(refused.map((trial, index) => ({ ...trial, index: trials.length + index })))(
    'refuses a case of $name: if it no longer does, take refusedByWebgpu away',
    ({ index }, context) => {
      if ('unavailable' in outcome) return context.skip(outcome.unavailable);
      expect(outcome.computed[index]).toBeInstanceOf(Error);
    },
  );
});

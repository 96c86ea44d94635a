import { wasm } from '@sensorium/backend-web';
import { casesOn, operatorBackends, operatorTrial, type Tolerances } from '@sensorium/graph/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { onBackend, onWebgpu, type Feeds, type Outcome } from './testing/own-process.js';

/** A driver that computes on the processor needs its time for every operator. Milliseconds. */
const PATIENCE = 240_000;

const trialsWithin = (tolerances: Tolerances, all: ReturnType<typeof casesOn>) =>
  Object.entries(all).map(([name, cases]) => ({ name, ...operatorTrial(cases, { single: true, tolerances }) }));

/** Graphics cards are less exact in sines and the like; WGSL asks for 2⁻¹¹. */
const rough: Tolerances = { value: 3e-4, gradient: 1e-3 };
/** Every case by itself, because the first that fails ends a model. */
const refused = Object.entries(casesOn('webgpu', true)).flatMap(([name, cases]) =>
  cases.flatMap((one) => trialsWithin(rough, { [name]: [one] })),
);

const backends = [
  {
    backend: 'wasm',
    run: (feeds: Feeds) => onBackend(wasm, feeds),
    trials: trialsWithin({ value: 1e-6, gradient: 1e-5 }, casesOn('wasm')),
    refused: [],
  },
  {
    backend: 'webgpu',
    run: (feeds: Feeds) => onWebgpu(feeds, PATIENCE),
    trials: trialsWithin(rough, casesOn('webgpu')),
    refused,
  },
];

it('these are the backends that the reference of the operators names, beside cpu', () => {
  expect(['cpu', ...backends.map(({ backend }) => backend)]).toEqual(Object.keys(operatorBackends));
});

describe.each(backends)('every operator and its gradient on $backend', ({ run, trials, refused }) => {
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

import { wasm } from '@sensorium/backend-web';
import { operatorBackends } from '@sensorium/graph/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { operatorTrials, refusedTrials } from './operator-trials.js';
import { onBackend, onWebgpu, type Feeds, type Outcome } from './testing/own-process.js';

/** A driver that computes on the processor needs its time for every operator. Milliseconds. */
const PATIENCE = 240_000;

const backends = [
  {
    backend: 'wasm',
    run: (feeds: Feeds) => onBackend(wasm, feeds),
    trials: operatorTrials('wasm'),
    refused: refusedTrials('wasm'),
  },
  {
    backend: 'webgpu',
    run: (feeds: Feeds) => onWebgpu(feeds, PATIENCE),
    trials: operatorTrials('webgpu'),
    refused: refusedTrials('webgpu'),
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

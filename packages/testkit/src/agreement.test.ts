import { cpu } from '@sensorium/backend-node';
import { wasm } from '@sensorium/backend-web';
import type { Backend, SessionOptions, Tensors } from '@sensorium/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { disagreements, referenceModels } from './reference-models.js';
import { onBackend, onWebgpu, type Outcome } from './testing/own-process.js';

const references = referenceModels();

const here = (backend: Backend, options?: SessionOptions): Promise<Outcome> => onBackend(backend, references, options);

const backends: readonly { readonly name: string; readonly run: () => Promise<Outcome> }[] = [
  { name: 'cpu with one thread', run: () => here(cpu, { threads: 1 }) },
  { name: 'cpu in a worker', run: () => here(cpu, { isolate: true }) },
  { name: 'wasm', run: () => here(wasm) },
  { name: 'webgpu', run: () => onWebgpu(references) },
];

describe('the same models compute the same numbers', () => {
  let expected: Outcome;
  beforeAll(async () => {
    expected = await here(cpu);
  });

  for (const { name, run } of backends) {
    it(name, async (context) => {
      const outcome = await run();
      if ('unavailable' in outcome) return context.skip(outcome.unavailable);
      if ('unavailable' in expected) throw new Error(expected.unavailable);
      for (const [index, reference] of expected.computed.entries()) {
        const own = outcome.computed[index];
        for (const outputs of [own, reference]) if (outputs instanceof Error) throw outputs;
        expect(disagreements(references[index]!, own as Tensors, reference as Tensors)).toEqual([]);
      }
    });
  }
});

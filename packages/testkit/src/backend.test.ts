import { cpu } from '@sensorium/backend-node';
import type { Backend, Tensor } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { compute, conformsAsBackend } from './backend.js';
import { disagreements, referenceModels } from './reference-models.js';
import { mapTensor } from './tensors.js';

conformsAsBackend(cpu, { threads: 1 });

/** cpu, with every number off by a fiftieth. */
const sloppy: Backend = {
  ...cpu,
  load: async (model, options) => {
    const session = await cpu.load(model, options);
    const distort = ([name, tensor]: [string, Tensor]) => [name, mapTensor(tensor, (value) => value * 1.02)] as const;
    return {
      ...session,
      run: async (inputs) => Object.fromEntries(Object.entries(await session.run(inputs)).map(distort)),
      dispose: () => session.dispose(),
    };
  },
};

it.each(referenceModels())('a backend that computes $name by a fiftieth otherwise is caught', async (reference) => {
  const problems = disagreements(reference, await compute(sloppy, reference), await compute(cpu, reference));
  expect(problems).toContainEqual(expect.stringMatching(/: (logits|loss|within): .* values differ/));
});

import { cpu } from '@sensorium/backend-node';
import type { Backend, Tensor } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { conformsAsBackend, disagreements } from './backend.js';
import { referenceModels } from './reference-models.js';
import { mapTensor } from './tensors.js';

conformsAsBackend(cpu, { threads: 1 });

/** cpu, with every number off by a thousandth. */
const sloppy: Backend = {
  ...cpu,
  load: async (model, options) => {
    const session = await cpu.load(model, options);
    const distort = ([name, tensor]: [string, Tensor]) => [name, mapTensor(tensor, (value) => value * 1.001)] as const;
    return {
      ...session,
      run: async (inputs) => Object.fromEntries(Object.entries(await session.run(inputs)).map(distort)),
      dispose: () => session.dispose(),
    };
  },
};

it.each(referenceModels())('a backend that computes $name by a thousandth otherwise is caught', async (reference) => {
  const problems = await disagreements(sloppy, reference);
  expect(problems).toContainEqual(expect.stringMatching(/^(logits|loss): .* values differ/));
});

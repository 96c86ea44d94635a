import { cpu } from '@sensorium/backend-node';
import { behavesAsSession } from '@sensorium/backend-runtime/testing';
import type { Backend, SessionOptions, Tensors } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { disagreements, referenceModels, type ReferenceModel } from './reference-models.js';

/**
 * Declares the tests that every backend must pass where it is available: what a session owes, and the numbers of the
 * backend `cpu` of @sensorium/backend-node to 1e-4 of their size.
 */
export function conformsAsBackend(backend: Backend, options: SessionOptions = {}): void {
  behavesAsSession(backend, options);
  describe(`${backend.name} ${JSON.stringify(options)} computes as cpu does`, () => {
    for (const reference of referenceModels()) {
      it(reference.name, async () => {
        const [own, expected] = [await compute(backend, reference, options), await compute(cpu, reference)];
        expect(disagreements(reference, own, expected)).toEqual([]);
      });
    }
  });
}

/** Loads the model, runs it once, and disposes of it. */
export async function compute(
  backend: Backend,
  { model, inputs }: Pick<ReferenceModel, 'model' | 'inputs'>,
  options: SessionOptions = {},
): Promise<Tensors> {
  const session = await backend.load(model, options);
  try {
    return await session.run(inputs);
  } finally {
    await session.dispose();
  }
}

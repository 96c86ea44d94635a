import { SensoriumError } from '@sensorium/contracts';
import type { Availability, Backend, SessionOptions } from '@sensorium/contracts';
import type { Engine } from './engine.js';
import { probeModel } from './probe-model.js';
import { messageOf, outOfMemory } from './out-of-memory.js';
import { keptBy } from './engine.js';
import { refuseExternalData } from './external-data.js';
import { createSession } from './session.js';

export interface BackendDefinition {
  readonly name: string;
  /** Opens a model. A SensoriumError that it throws is passed on; any other error means a bad model or machine. */
  readonly open: (model: Uint8Array, options: SessionOptions) => Promise<Engine>;
  /** Why even the simplest model does not open here, in words that help, from ONNX Runtime's own words. */
  readonly explain: (message: string) => string;
}

/** A backend that is available where it opens the simplest of all models. It tries once and remembers. */
export function createBackend({ name, open, explain }: BackendDefinition): Backend {
  let probed: Promise<Availability> | undefined;

  const probe = async (): Promise<Availability> => {
    try {
      const engine = await open(probeModel, {});
      await engine.release();
      return { available: true };
    } catch (error) {
      return { available: false, reason: reasonOf(error) ?? explain(messageOf(error)) };
    }
  };
  const available = () => (probed ??= probe());

  return {
    name,
    available,
    async load(model, options = {}) {
      refuseExternalData(model);
      let engine: Engine;
      try {
        engine = await open(model, options);
      } catch (cause) {
        if (SensoriumError.is(cause)) throw cause;
        const tooLarge = outOfMemory(cause);
        if (tooLarge) throw tooLarge;
        const availability = await available();
        throw availability.available ? badModel(cause) : unavailable(name, availability.reason, cause);
      }
      try {
        return createSession(engine, keptBy(options));
      } catch (error) {
        await engine.release();
        throw error;
      }
    },
  };
}

/** Of what says itself what to do. */
const reasonOf = (error: unknown): string | undefined =>
  SensoriumError.is(error) ? [error.message, error.hint ?? ''].filter(Boolean).join('. ') : undefined;

const unavailable = (name: string, reason: string, cause: unknown) =>
  new SensoriumError({
    code: 'SENSORIUM_BACKEND_UNAVAILABLE',
    message: `The backend ${name} cannot run here: ${reason}`,
    hint: 'Do what it asks for, or choose another backend.',
    cause,
  });

const badModel = (cause: unknown) =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_MODEL',
    message: `ONNX Runtime cannot load the model: ${messageOf(cause)}`,
    hint: 'Check that it is a whole ONNX file and that its operators exist in this version of ONNX Runtime.',
    cause,
  });

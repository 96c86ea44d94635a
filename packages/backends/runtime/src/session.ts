import { SensoriumError } from '@sensorium/contracts';
import type { Session } from '@sensorium/contracts';
import { checkValues, inputCheck } from './check-inputs.js';
import type { Engine } from './engine.js';

/** A session over an engine: checks what goes in, ends in order, and gives errors a code. */
export function createSession(engine: Engine): Session {
  checkValues('input', engine.inputs);
  checkValues('output', engine.outputs);
  const inputNames = engine.inputs.map(({ name }) => name);
  const outputNames = engine.outputs.map(({ name }) => name);
  const checkInputs = inputCheck(engine.inputs);
  const running = new Set<Promise<unknown>>();
  let disposal: Promise<void> | undefined;

  return {
    inputNames,
    outputNames,
    async run(inputs, { outputs = outputNames, signal } = {}) {
      signal?.throwIfAborted();
      if (disposal) throw disposed();
      checkInputs(inputs);
      checkOutputs(outputs, outputNames);
      const run = engine.run(inputs, outputs);
      running.add(run);
      try {
        return await run;
      } catch (cause) {
        throw failed(cause);
      } finally {
        running.delete(run);
      }
    },
    dispose() {
      disposal ??= Promise.allSettled(running).then(() => engine.release());
      return disposal;
    },
  };
}

function checkOutputs(names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new SensoriumError({
    code: 'SENSORIUM_UNKNOWN_KEY',
    message: `The model has no output "${unknown}". It gives ${known.join(', ')}.`,
    location: { key: unknown },
  });
}

const disposed = () =>
  new SensoriumError({
    code: 'SENSORIUM_DISPOSED',
    message: 'The session was run after dispose().',
    hint: 'Load the model again, or dispose later.',
  });

const failed = (cause: unknown) =>
  new SensoriumError({
    code: 'SENSORIUM_PLUGIN_RUN_FAILED',
    message: `ONNX Runtime could not run the model: ${messageOf(cause)}`,
    cause,
  });

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim();

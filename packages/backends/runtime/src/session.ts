import { SensoriumError } from '@sensorium/contracts';
import type { Session } from '@sensorium/contracts';
import { checkValues, inputCheck } from './check-inputs.js';
import { checkKept } from './check-kept.js';
import type { Engine, Kept } from './engine.js';
import { messageOf, outOfMemory } from './out-of-memory.js';
import { inTurns } from './taking-turns.js';

/** A session over an engine: checks what goes in, ends in order, and gives errors a code. */
export function createSession(engine: Engine, kept: Kept): Session {
  checkValues('input', engine.inputs);
  checkValues('output', engine.outputs);
  checkKept(kept, engine);
  const inputNames = engine.inputs.map(({ name }) => name);
  const outputNames = engine.outputs.map(({ name }) => name);
  const carriedOutputs = new Set(Object.values(kept.carried));
  const given = outputNames.filter((name) => !carriedOutputs.has(name));
  const checkInputs = inputCheck(engine.inputs, kept);
  // What one run leaves is what the next takes.
  const waits = carriedOutputs.size > 0 || kept.held.length > 0;
  const inTurn = waits ? inTurns() : <Result>(work: () => Promise<Result>) => work();
  const working = new Set<Promise<unknown>>();
  /** Inputs that have a value from before. */
  let known: ReadonlySet<string> = new Set();
  let disposal: Promise<void> | undefined;

  const perform = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (disposal) throw disposed();
    const result = inTurn(work);
    working.add(result);
    try {
      return await result;
    } finally {
      working.delete(result);
    }
  };

  return {
    inputNames,
    outputNames,
    async run(inputs, { outputs = given, signal } = {}) {
      signal?.throwIfAborted();
      return perform(async () => {
        signal?.throwIfAborted();
        checkInputs(inputs, known);
        checkOutputs(outputs, outputNames);
        const results = await engine.run(inputs, outputs).catch((cause: unknown) => {
          throw outOfMemory(cause) ?? failed(cause);
        });
        known = new Set([
          ...known,
          ...Object.keys(kept.carried),
          ...kept.held.filter((name) => Object.hasOwn(inputs, name)),
        ]);
        return results;
      });
    },
    carried: () => perform(() => engine.carried()),
    dispose() {
      disposal ??= Promise.allSettled(working).then(() => engine.release());
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
    message: 'The session was used after dispose().',
    hint: 'Load the model again, or dispose later.',
  });

const failed = (cause: unknown) =>
  new SensoriumError({
    code: 'SENSORIUM_PLUGIN_RUN_FAILED',
    message: `ONNX Runtime could not run the model: ${messageOf(cause)}`,
    cause,
  });

import { SensoriumError } from '@sensorium/contracts';
import type { Session } from '@sensorium/contracts';
import { checkCarried } from './check-carried.js';
import { checkValues, inputCheck } from './check-inputs.js';
import type { Carried, Engine } from './engine.js';
import { messageOf, outOfMemory } from './out-of-memory.js';
import { inTurns } from './taking-turns.js';

/** A session over an engine: checks what goes in, ends in order, and gives errors a code. */
export function createSession(engine: Engine, carried: Carried = {}): Session {
  checkValues('input', engine.inputs);
  checkValues('output', engine.outputs);
  checkCarried(carried, engine);
  const inputNames = engine.inputs.map(({ name }) => name);
  const outputNames = engine.outputs.map(({ name }) => name);
  const carriedOutputs = new Set(Object.values(carried));
  const given = outputNames.filter((name) => !carriedOutputs.has(name));
  const checkInputs = inputCheck(engine.inputs, carried);
  // What one run leaves is what the next takes.
  const inTurn = carriedOutputs.size > 0 ? inTurns() : <Result>(work: () => Promise<Result>) => work();
  const working = new Set<Promise<unknown>>();
  let kept: ReadonlySet<string> = new Set();
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
        checkInputs(inputs, kept);
        checkOutputs(outputs, outputNames);
        const results = await engine.run(inputs, outputs).catch((cause: unknown) => {
          throw outOfMemory(cause) ?? failed(cause);
        });
        kept = new Set(Object.keys(carried));
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

import { SensoriumError } from '@sensorium/contracts';
import type { ErrorCode } from '@sensorium/contracts';
import type { Engine, Kept, Value } from './engine.js';

/**
 * Compares what is to be carried and held with what the model declares. Throws SENSORIUM_UNKNOWN_INPUT, SENSORIUM_UNKNOWN_KEY,
 * SENSORIUM_DTYPE, or SENSORIUM_DUPLICATE_NAME for an output of two inputs and for an input that is both.
 */
export function checkKept({ carried, held }: Kept, { inputs, outputs }: Pick<Engine, 'inputs' | 'outputs'>): void {
  for (const name of held) {
    if (!find(inputs, name)) {
      throw wrong('SENSORIUM_UNKNOWN_INPUT', name, `The model has no input "${name}" to be held.`);
    }
    if (!Object.hasOwn(carried, name)) continue;
    const message = `Input "${name}" is to be carried and to be held. Only one of them can say its next value.`;
    throw wrong('SENSORIUM_DUPLICATE_NAME', name, message);
  }
  const inputOf = new Map<string, string>();
  for (const [inputName, outputName] of Object.entries(carried)) {
    const input = find(inputs, inputName);
    const output = find(outputs, outputName);
    if (!input) {
      throw wrong('SENSORIUM_UNKNOWN_INPUT', inputName, `The model has no input "${inputName}" to be carried.`);
    }
    if (!output) {
      const message = `The model has no output "${outputName}", from which input "${inputName}" is to be carried.`;
      throw wrong('SENSORIUM_UNKNOWN_KEY', outputName, message);
    }
    if (input.dtype !== output.dtype) {
      const message = `Input "${inputName}" is ${input.dtype}, but output "${outputName}", its next value, is ${output.dtype}.`;
      throw wrong('SENSORIUM_DTYPE', inputName, message);
    }
    const other = inputOf.get(outputName);
    if (other !== undefined) {
      const message = `Inputs "${other}" and "${inputName}" are both to be carried from output "${outputName}".`;
      throw wrong('SENSORIUM_DUPLICATE_NAME', outputName, message);
    }
    inputOf.set(outputName, inputName);
  }
}

const find = (values: readonly Value[], wanted: string) => values.find(({ name }) => name === wanted);
const wrong = (code: ErrorCode, key: string, message: string) =>
  new SensoriumError({ code, message, location: { key } });

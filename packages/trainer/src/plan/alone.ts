import { SensoriumError } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import type { LongManifest, ReadManifest } from '@sensorium/orchestrator';

/**
 * The model of one input alone, beside which that of all inputs is judged: without the others and without fusions, every head
 * reading it. The input is there in every sample that has it: nothing would be left of one that lost it.
 *
 * @throws SENSORIUM_USAGE where the manifest has no such input
 */
export function inputAlone(read: ReadManifest, name: string): ReadManifest {
  const { fusion: _fusion, fusions: _fusions, ...manifest } = read.manifest;
  return {
    ...read,
    manifest: {
      ...manifest,
      inputs: { [name]: { ...untied(manifest.inputs, name), modalityDropout: 0 } },
      // There is nothing that it could be balanced with.
      training: { ...manifest.training, balance: null },
      heads: Object.fromEntries(Object.entries(manifest.heads).map(([head, { of: _of, ...part }]) => [head, part])),
    },
  };
}

type Inputs = LongManifest['inputs'];

/** An input that is tied has the encoder of another one, and what it reads itself. */
function untied(inputs: Inputs, name: string): Inputs[string] {
  const { tied, ...own } = inputAt(inputs, name);
  if (tied === undefined) return own;
  const { column: _column, columns: _columns, many: _many, ...encoder } = inputAt(inputs, tied);
  return { ...encoder, ...own, trainable: encoder.trainable, column: own.columns ? undefined : (own.column ?? name) };
}

function inputAt(inputs: Inputs, name: string): Inputs[string] {
  const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  if (input) return input;
  const names = Object.keys(inputs);
  throw new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `there is no input "${name}" that could be alone.${didYouMean(name, names)}`,
    hint: `Inputs: ${names.join(', ')}.`,
  });
}

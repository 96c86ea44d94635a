import { SensoriumError, type ResolvedManifest, type Symbols, type Tensor } from '@sensorium/contracts';
import { createScope, input, toOnnx } from '@sensorium/graph';
import { buildModel, modelInputs, type Model } from './build.js';
import { mapRecord, type Parts } from './parts.js';

const BATCH = 'batch';

export interface InferenceModel extends Model {
  readonly inputs: Symbols;
  readonly parameters: ReturnType<typeof createScope>['parameters'];
}

/** The model as it runs: any batch size, no dropout. */
export function inferenceModel(parts: Parts): InferenceModel {
  const scope = createScope();
  const inputs = mapRecord(modelInputs(parts), ({ dtype, shape }, name) => input(name, dtype, [BATCH, ...shape]));
  return { ...buildModel(parts, scope, inputs), inputs, parameters: scope.parameters };
}

export const outputName = (head: string, output: string): string => `${head}.${output}`;

/**
 * One file that any ONNX Runtime runs, with the weights inside. Outputs are `<head>.<output>`: `answer.probabilities`. The
 * same parts, weights and manifest give the same bytes. Throws SENSORIUM_BAD_MODEL where a weight is not given.
 */
export function exportModel(
  parts: Parts,
  weights: Readonly<Record<string, Tensor>>,
  manifest: ResolvedManifest,
): Uint8Array {
  const { inputs, outputs, parameters } = inferenceModel(parts);
  const needed = Object.fromEntries(
    parameters.map(({ name }) => {
      const weight = weights[name];
      if (!weight) throw missingWeight(name);
      return [name, weight];
    }),
  );
  return toOnnx({
    name: manifest.name,
    inputs: Object.values(inputs),
    outputs: Object.fromEntries(
      Object.entries(outputs).flatMap(([head, symbols]) =>
        Object.entries(symbols).map(([output, value]) => [outputName(head, output), value]),
      ),
    ),
    weights: needed,
    metadata: { 'sensorium.manifest': JSON.stringify(manifest) },
  });
}

const missingWeight = (name: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_MODEL',
    message: `no weights were given for the parameter "${name}"`,
    hint: 'The weights belong to another model.',
  });

import type { SymbolicTensor, Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, toOnnx, type RootScope } from '@sensorium/graph';

/** An ONNX file that computes `build` of its inputs, whose weights are their first values. */
export function fileOf<Inputs extends Readonly<Record<string, SymbolicTensor>>>(
  inputs: Inputs,
  build: (scope: RootScope, inputs: Inputs) => Record<string, SymbolicTensor>,
): Uint8Array {
  const scope = createScope();
  const outputs = build(scope, inputs);
  const weights = scope.parameters.map(({ name, shape, initialize }): [string, Tensor] => [
    name,
    { dtype: 'float32', shape, data: initialize(shape, createRandom(1, name)) },
  ]);
  return toOnnx({ inputs: Object.values(inputs), outputs, weights: Object.fromEntries(weights) });
}

export const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

import type { SymbolicTensor, TensorSpec, TensorSpecs, Tensors } from '@sensorium/contracts';
import { cast, inputsOf, toOnnx, type FrontierValue } from '@sensorium/graph';
import type { Parts } from '@sensorium/orchestrator';
import { columnsReading } from './columns.js';

/** How features are kept: float16, or where they are too large for that, float32. */
export type Precision = 'float16' | 'float32';

/** Features that frozen parts make of the same inputs, kept in one file. */
export interface FeatureGroup {
  /** The keys of the columns that they come from: `inputs.image` */
  readonly columns: readonly string[];
  /** Of one sample. */
  readonly specs: TensorSpecs;
  /** An ONNX model from those columns' tensors [batchSize,…] to the features, with the frozen weights inside. */
  model(frozen: Tensors): Uint8Array;
}

/** Of one sample, as it is kept. */
export const keptSpec = ({ shape }: SymbolicTensor, dtype: Precision): TensorSpec => ({
  dtype,
  shape: shape.slice(1).map(Number),
});

/** A value of the frontier, under the name that the features get. */
export type Kept = FrontierValue & { readonly name: string };

/** Features of the same inputs are computed and kept together. */
export function groupsOf(kept: readonly Kept[], parts: Parts, precision: Precision): FeatureGroup[] {
  const groups = new Map<string, { columns: string[]; members: Kept[] }>();
  for (const one of kept) {
    const columns = [...columnsReading(inputsOf([...one.inputs]), parts)];
    const group = groups.get(columns.join()) ?? { columns, members: [] };
    groups.set(columns.join(), group);
    group.members.push(one);
  }
  return [...groups.values()].map(({ columns, members }) => ({
    columns,
    specs: Object.fromEntries(members.map(({ name, value }) => [name, keptSpec(value, precision)])),
    model: (weights) =>
      toOnnx({
        outputs: Object.fromEntries(members.map(({ name, value }) => [name, cast(value, precision)])),
        weights,
      }),
  }));
}

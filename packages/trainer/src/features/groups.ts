import type { SymbolicTensor, TensorSpec, TensorSpecs, Tensors } from '@sensorium/contracts';
import { cast, inputsOf, toOnnx, type FrontierValue } from '@sensorium/graph';
import { mayBeMissing, presentName, tensorName, type InputPart, type Parts } from '@sensorium/orchestrator';

/** How features are kept: float16, or where they are too large for that, float32. */
export type Precision = 'float16' | 'float32';

/** Features that frozen parts make of the same inputs, kept in one file. */
export interface FeatureGroup {
  /** Inputs of the manifest that they come from. */
  readonly inputs: readonly string[];
  /** Of one sample. */
  readonly specs: TensorSpecs;
  /** An ONNX model from those inputs [batchSize,…] to the features, with the frozen weights inside. */
  model(frozen: Tensors): Uint8Array;
}

/** The names of the model's inputs that one input of the manifest becomes. */
export const tensorsOf = (name: string, part: InputPart): string[] => [
  ...Object.keys(part.encoder.inputs).map((tensor) => tensorName(name, tensor, part)),
  ...(mayBeMissing(part) ? [presentName(name)] : []),
];

/** The inputs of the manifest to which some of the tensors belong. */
export const inputsWith = (tensors: ReadonlySet<string>, parts: Parts): string[] =>
  Object.entries(parts.inputs).flatMap(([name, part]) =>
    tensorsOf(name, part).some((tensor) => tensors.has(tensor)) ? [name] : [],
  );

/** Of one sample, as it is kept. */
export const keptSpec = ({ shape }: SymbolicTensor, dtype: Precision): TensorSpec => ({
  dtype,
  shape: shape.slice(1).map(Number),
});

/** A value of the frontier, under the name that the features get. */
export type Kept = FrontierValue & { readonly name: string };

/** Features of the same inputs are computed and kept together. */
export function groupsOf(kept: readonly Kept[], parts: Parts, specs: TensorSpecs): FeatureGroup[] {
  const groups = new Map<string, { inputs: string[]; members: Kept[] }>();
  for (const one of kept) {
    const inputs = inputsWith(inputsOf([...one.inputs]), parts);
    const group = groups.get(inputs.join()) ?? { inputs, members: [] };
    groups.set(inputs.join(), group);
    group.members.push(one);
  }
  return [...groups.values()].map(({ inputs, members }) => ({
    inputs,
    specs: Object.fromEntries(members.flatMap(({ name }) => (specs[name] ? [[name, specs[name]] as const] : []))),
    model: (weights) =>
      toOnnx({
        outputs: Object.fromEntries(
          members.map(({ name, value }) => [name, cast(value, specs[name]?.dtype ?? 'float32')]),
        ),
        weights,
      }),
  }));
}

import type { Features, Fusion, Scope, SymbolicTensor, TensorSpec } from '@sensorium/contracts';
import { constant, linear, mean, slice } from '@sensorium/graph';
import { classes, crossEntropy, withAdamW, type TrainingModel } from './training-model.js';

const [batch, width, inputs] = [2, 64, 2];

/** A fusion of two inputs that have half of the tokens each, and a linear layer that tells ten classes. */
export interface FusionModel extends TrainingModel {
  /** The same without a loss: logits [B,classes]. */
  logits(scope: Scope, x: SymbolicTensor): SymbolicTensor;
}

export function fusionModel(name: string, fusion: Fusion, tokens: number): FusionModel {
  const each = tokens / inputs;
  const partOf = (x: SymbolicTensor, index: number): Features => {
    const own = slice(x, 1, index * each, (index + 1) * each);
    return { tokens: own, mask: ones(each), pooled: mean(own, [1]), present: ones(1) };
  };
  const logits = (scope: Scope, x: SymbolicTensor): SymbolicTensor => {
    const parts = { first: partOf(x, 0), second: partOf(x, 1) };
    return linear(scope.at('head'), fusion.build(scope.at('fusion'), parts).pooled, classes);
  };
  const spec: TensorSpec = { dtype: 'float32', shape: [batch, tokens, width] };
  return {
    name,
    description: `${name} of ${inputs} inputs with ${each} tokens each, batch ${batch}, AdamW`,
    batch: { x: spec, y: { dtype: 'int32', shape: [batch] } },
    logits,
    build: (scope, { x, y }) => crossEntropy(logits(scope, x), y),
    ...withAdamW,
    stepsPerRun: 1,
    products: [],
  };
}

const ones = (count: number): SymbolicTensor =>
  constant(Array<number>(batch * count).fill(1), 'float32', [batch, count]);
